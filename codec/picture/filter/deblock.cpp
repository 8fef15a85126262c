// The kernel runs across horizontal edges, lanes along the edge, on the plane itself. Vertical edges are gathered cell
// by cell, turned, into a buffer where they are horizontal, and put back.
#include "picture/filter/deblock.h"

#include <algorithm>
#include <bit>

#include "base/parallel.h"
#include "quantize/step.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/filter/deblock.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What follows does not depend on the target, so it is compiled once.
#ifndef LAQ_PICTURE_DEBLOCK_ONCE
#define LAQ_PICTURE_DEBLOCK_ONCE
namespace laq::picture {
namespace {

// Differences are clamped to this, so that sums of them fit 16 bits; a gap that large is never filtered.
constexpr int kMaxGap = 1023;

// An edge has the class that the smaller of its two blocks allows; these tables are indexed by it.
constexpr int kClasses = 4;
constexpr int kReach[kClasses] = {1, 3, 7, 15};

inline int edge_class(int log2_size) {
  return std::clamp(log2_size - 2, 0, kClasses - 1);
}

// Ramps: the corrections of the samples beside an edge as shares of the gap, in 1/2048. The first two depend on the
// roughness of the sides; sides rougher than their rows are not filtered with that reach.
constexpr int kRoughnesses1 = 7, kRoughnesses3 = 4;
constexpr int16_t kRamp1[kRoughnesses1][1] = {{901}, {881}, {840}, {778}, {717}, {635}, {512}};
constexpr int16_t kRamp3[kRoughnesses3][3] = {{860, 614, 389}, {840, 532, 287}, {799, 410, 164}, {758, 287, 41}};
constexpr int16_t kRamp7[7] = {922, 778, 635, 492, 348, 225, 102};
constexpr int16_t kRamp15[15] = {991, 925, 859, 793, 727, 661, 595, 528, 462, 396, 330, 264, 198, 132, 66};
// The greatest roughness, over a wider distance, that the reaches 7 and 15 are used at.
constexpr int kMaxRoughness7 = 2, kMaxRoughness15 = 1;

// Can quantization have made a gap between two blocks? Copies and palettes without coefficients are exact.
inline bool can_be_seam(const Cell& before, const Cell& after, int plane_number) {
  if ((before.coded_planes | after.coded_planes) >> plane_number & 1) return true;
  return before.prediction == Prediction::intra && after.prediction == Prediction::intra;
}

inline int cells_across(int log2_size) {
  return 1 << log2_size >> 2;
}

inline int mean_step_index(const Cell& before, const Cell& after) {
  return (before.step_index + after.step_index + 1) / 2;
}

// The roughness of both sides of a cell's edge: how many of 1, 2, 4, 8 .. sixteenths of a step the sum of their second
// differences, over two sides and four lines, reaches.
inline int roughness(int second_differences, uint32_t step) {
  const uint32_t scaled = static_cast<uint32_t>(second_differences) << 14;
  const int octaves = static_cast<int>(std::bit_width(scaled)) - static_cast<int>(std::bit_width(step));
  return octaves < 0 ? 0 : octaves + (scaled >> octaves >= step);
}

// Edges side by side, one cell after the other; 64 lanes.
constexpr int kEdgeCells = 16;
constexpr int kEdgeLanes = kEdgeCells * kCellSize;
using EdgeSteps = std::array<uint32_t, kEdgeCells>;  // as DeblockSteps gives them; 0: this cell's side is not filtered

// A plane in filtering.
struct DeblockedPlane {
  PlaneView<uint16_t> samples;
  const CellMap& cells;
  int number;  // the bit of Cell::coded_planes that is the plane's
  const DeblockSteps& steps;
  int max_sample;
};

// The correction of a cell's side.
struct Correction {
  int reach_class;      // the index in kReach; below 0: nothing
  const int16_t* ramp;  // kReach[reach_class] shares
};

// Corrections by lane, for edges of class kClass and all reaches that it allows.
template <int kClass>
struct LaneCorrections {
  using Lane16 = std::array<int16_t, kEdgeLanes>;
  alignas(64) std::array<Lane16, kClass + 1> limit{};     // [reach]: of the gap, in 1/16 sample; 0: another reach
  alignas(64) std::array<Lane16, kReach[kClass]> ramp{};  // [distance]
  std::array<bool, kClass + 1> any{};                     // [reach]

  void set_cell(int cell, uint32_t step, const Correction& correction) {
    const auto fill = [cell](Lane16& lanes, int16_t value) {
      std::fill_n(lanes.data() + cell * kCellSize, kCellSize, value);
    };
    fill(limit[correction.reach_class], static_cast<int16_t>(std::min<uint32_t>(step >> 6, 16 * kMaxGap)));
    for (int i = 0; i < kReach[correction.reach_class]; ++i) fill(ramp[i], correction.ramp[i]);
    any[correction.reach_class] = true;
  }
};

}  // namespace
}  // namespace laq::picture
#endif

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<int16_t, 16>;
using Vector = hn::Vec<Lanes>;

// Rows across an edge: q(i) and p(i) are the i-th below and above.
struct Rows {
  uint16_t* at;
  ptrdiff_t stride;

  HWY_INLINE Vector q(int i) const { return load(at + i * stride); }
  HWY_INLINE Vector p(int i) const { return load(at - (i + 1) * stride); }
  HWY_INLINE Vector difference(int i) const { return clamp_gap(hn::Sub(q(i), p(i))); }
  HWY_INLINE Vector pair_difference(int i) const {
    return clamp_gap(hn::Add(hn::Sub(q(i), p(i)), hn::Sub(q(i + 1), p(i + 1))));
  }
  // |p(i) - 2 p(j) + p(k)| + |q(i) - 2 q(j) + q(k)|
  HWY_INLINE Vector bend(int i, int j, int k) const {
    const Vector p_bend = hn::Sub(hn::Add(p(i), p(k)), hn::Add(p(j), p(j)));
    const Vector q_bend = hn::Sub(hn::Add(q(i), q(k)), hn::Add(q(j), q(j)));
    return hn::Add(hn::Abs(p_bend), hn::Abs(q_bend));
  }

  // |p(0) - p(1)| + |q(0) - q(1)|
  HWY_INLINE Vector slope() const { return hn::Add(hn::Abs(hn::Sub(p(0), p(1))), hn::Abs(hn::Sub(q(0), q(1)))); }

  static HWY_INLINE Vector load(const uint16_t* from) {
    return hn::BitCast(Lanes(), hn::LoadU(hn::RebindToUnsigned<Lanes>(), from));
  }
  static HWY_INLINE Vector clamp_gap(Vector v) {
    return hn::Max(hn::Min(v, hn::Set(Lanes(), kMaxGap)), hn::Set(Lanes(), -kMaxGap));
  }
};

HWY_INLINE Vector times(int factor, Vector v) {
  return hn::Mul(hn::Set(Lanes(), static_cast<int16_t>(factor)), v);
}

// 16 times the gap between four differences, counted outwards, continued to the edge by a line fitted to them: the
// weights (13, 8, 1, -6) / 16 are nearly those of least squares and give exactly 0 for a straight ramp.
HWY_INLINE Vector fitted_gap(Vector d0, Vector d1, Vector d2, Vector d3) {
  return hn::Sub(hn::Add(hn::Add(times(13, d0), times(8, d1)), d2), times(6, d3));
}

HWY_INLINE Vector tent(Vector gap, Vector limit) {
  const Lanes d;
  const Vector magnitude = hn::Abs(gap);
  const Vector kept = hn::Min(magnitude, hn::Max(hn::Sub(limit, magnitude), hn::Zero(d)));
  return hn::IfThenElse(hn::Lt(gap, hn::Zero(d)), hn::Neg(kept), kept);
}

// 16 times the gap, as the reach kReach[kReachClass] sees it.
template <int kReachClass>
HWY_INLINE Vector gap_of(const Rows& rows) {
  if constexpr (kReachClass == 0) {
    return times(8, hn::Sub(times(3, rows.difference(0)), rows.difference(1)));
  } else if constexpr (kReachClass == 1) {
    return fitted_gap(rows.difference(0), rows.difference(1), rows.difference(2), rows.difference(3));
  } else {
    const Vector twice =
        fitted_gap(rows.pair_difference(0), rows.pair_difference(2), rows.pair_difference(4), rows.pair_difference(6));
    return hn::ShiftRight<1>(hn::Add(twice, hn::Set(Lanes(), int16_t{1})));
  }
}

// Filters the lanes that have the reach kReach[kReachClass].
template <int kReachClass, int kClass>
HWY_INLINE void remove_gaps(uint16_t* at, ptrdiff_t stride, const LaneCorrections<kClass>& corrections, int lanes,
                            int max_sample) {
  if (!corrections.any[kReachClass]) return;
  const Lanes d;
  const Vector greatest = hn::Set(d, static_cast<int16_t>(max_sample));
  const auto store = [&](Vector v, uint16_t* to) HWY_ATTR {
    v = hn::Min(hn::Max(v, hn::Zero(d)), greatest);
    hn::StoreU(hn::BitCast(hn::RebindToUnsigned<Lanes>(), v), hn::RebindToUnsigned<Lanes>(), to);
  };
  for (int lane = 0; lane < lanes; lane += static_cast<int>(hn::Lanes(d))) {
    const Vector limit = hn::LoadU(d, corrections.limit[kReachClass].data() + lane);
    if (hn::AllTrue(d, hn::Eq(limit, hn::Zero(d)))) continue;
    const Rows rows{at + lane, stride};
    const Vector kept = tent(gap_of<kReachClass>(rows), limit);
    for (int i = 0; i < kReach[kReachClass]; ++i) {
      const Vector change = hn::MulFixedPoint15(kept, hn::LoadU(d, corrections.ramp[i].data() + lane));
      store(hn::Add(rows.p(i), change), rows.at - (i + 1) * stride);
      store(hn::Sub(rows.q(i), change), rows.at + i * stride);
    }
  }
}

// Second differences of both sides by lane, at three distances; for blocks of 4 samples, which are too small for them,
// first ones.
template <int kClass>
class LaneDifferences {
 public:
  LaneDifferences(uint16_t* at, ptrdiff_t stride, int lanes) {
    const Lanes d;
    for (int lane = 0; lane < lanes; lane += static_cast<int>(hn::Lanes(d))) {
      const Rows rows{at + lane, stride};
      hn::StoreU(kClass == 0 ? rows.slope() : rows.bend(0, 1, 2), d, near_.data() + lane);
      if (kClass >= 2) hn::StoreU(rows.bend(0, 3, 6), d, wide_.data() + lane);
      if (kClass >= 3) hn::StoreU(rows.bend(0, 7, 14), d, wider_.data() + lane);
    }
  }

  Correction choose_correction(int cell, uint32_t step) const {
    const auto roughness_of = [&](const auto& differences) HWY_ATTR {
      const int16_t* lane = differences.data() + cell * kCellSize;
      return roughness(lane[0] + lane[1] + lane[2] + lane[3], step);
    };
    const int near = roughness_of(near_);
    if (near >= kRoughnesses1) return {-1, nullptr};
    if (kClass >= 2) {
      const int wide = roughness_of(wide_);
      if (kClass >= 3 && wide <= kMaxRoughness15 && roughness_of(wider_) <= kMaxRoughness15) return {3, kRamp15};
      if (wide <= kMaxRoughness7) return {2, kRamp7};
    }
    if (kClass >= 1 && near < kRoughnesses3) return {1, kRamp3[near]};
    return {0, kRamp1[near]};
  }

 private:
  alignas(64) std::array<int16_t, kEdgeLanes> near_, wide_, wider_;
};

// Filters the sides of `cells` cells, whose blocks allow the reach kReach[kClass]. False where all stay as they are.
template <int kClass>
bool filter_edges(uint16_t* at, ptrdiff_t stride, const EdgeSteps& steps, int cells, int max_sample) {
  const int lanes = cells * kCellSize;
  const LaneDifferences<kClass> differences(at, stride, lanes);
  LaneCorrections<kClass> corrections;
  bool any = false;
  for (int cell = 0; cell < cells; ++cell) {
    if (steps[cell] == 0) continue;
    const Correction correction = differences.choose_correction(cell, steps[cell]);
    if (correction.reach_class < 0) continue;
    corrections.set_cell(cell, steps[cell], correction);
    any = true;
  }
  remove_gaps<0>(at, stride, corrections, lanes, max_sample);
  if constexpr (kClass >= 1) remove_gaps<1>(at, stride, corrections, lanes, max_sample);
  if constexpr (kClass >= 2) remove_gaps<2>(at, stride, corrections, lanes, max_sample);
  if constexpr (kClass >= 3) remove_gaps<3>(at, stride, corrections, lanes, max_sample);
  return any;
}

// to[x][y] = from[y][x] of 4x4 samples.
HWY_INLINE void turn_cell(const uint16_t* from, ptrdiff_t from_stride, uint16_t* to, ptrdiff_t to_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (int y = 0; y < kCellSize; ++y) {
    for (int x = 0; x < kCellSize; ++x) to[x * to_stride + y] = from[y * from_stride + x];
  }
#else
  const hn::CappedTag<uint16_t, 8> d;
  const hn::CappedTag<uint16_t, 4> half;
  const auto row = [&](int y) HWY_ATTR { return hn::ZeroExtendVector(d, hn::LoadU(half, from + y * from_stride)); };
  const auto even = hn::InterleaveLower(d, row(0), row(2)), odd = hn::InterleaveLower(d, row(1), row(3));
  const auto first = hn::InterleaveLower(d, even, odd), last = hn::InterleaveUpper(d, even, odd);
  hn::StoreU(hn::LowerHalf(half, first), half, to);
  hn::StoreU(hn::UpperHalf(half, first), half, to + to_stride);
  hn::StoreU(hn::LowerHalf(half, last), half, to + 2 * to_stride);
  hn::StoreU(hn::UpperHalf(half, last), half, to + 3 * to_stride);
#endif
}

// Vertical edges of one class on their way through the kernel.
template <int kClass>
class TurnedEdges {
 public:
  TurnedEdges(ptrdiff_t stride, int max_sample) : stride_(stride), max_sample_(max_sample) {}

  // at: the first sample right of a cell's edge.
  void add(uint16_t* at, uint32_t step) {
    steps_[count_] = step;
    for (int x = 0; x < kWidth; x += kCellSize) {
      turn_cell(at - kWidth / 2 + x, stride_, samples_.data() + x * kEdgeLanes + count_ * kCellSize, kEdgeLanes);
    }
    edge_[count_++] = at;
    if (count_ == kEdgeCells) flush();
  }

  void flush() {
    uint16_t* const at = samples_.data() + kWidth / 2 * kEdgeLanes;
    const bool changed = filter_edges<kClass>(at, kEdgeLanes, steps_, count_, max_sample_);
    for (int i = 0; changed && i < count_; ++i) {
      for (int x = 0; x < kWidth; x += kCellSize) {
        turn_cell(samples_.data() + x * kEdgeLanes + i * kCellSize, kEdgeLanes, edge_[i] - kWidth / 2 + x, stride_);
      }
    }
    count_ = 0;
  }

 private:
  static constexpr int kWidth = 2 * (kReach[kClass] + 1);  // what an edge looks at, and no other edge changes

  const ptrdiff_t stride_;
  const int max_sample_;
  int count_ = 0;
  std::array<uint16_t*, kEdgeCells> edge_;
  EdgeSteps steps_;
  alignas(64) std::array<uint16_t, kWidth * kEdgeLanes> samples_{};
};

void filter_vertical_edges(const DeblockedPlane& plane, int begin, int end) {
  const PlaneView<uint16_t>& samples_of = plane.samples;
  TurnedEdges<0> by4(samples_of.stride, plane.max_sample);
  TurnedEdges<1> by8(samples_of.stride, plane.max_sample);
  TurnedEdges<2> by16(samples_of.stride, plane.max_sample);
  TurnedEdges<3> by32(samples_of.stride, plane.max_sample);
  const int columns = samples_of.width / kCellSize;
  for (int y = begin; y < end; ++y) {
    const Cell* row = plane.cells.row(y);
    uint16_t* samples = samples_of.row(y * kCellSize);
    for (int x = cells_across(row[0].log2_width); x < columns; x += cells_across(row[x].log2_width)) {
      const Cell &left = row[x - 1], &right = row[x];
      if (!can_be_seam(left, right, plane.number)) continue;
      const uint32_t step = plane.steps.step(mean_step_index(left, right));
      uint16_t* at = samples + x * kCellSize;
      switch (edge_class(std::min(left.log2_width, right.log2_width))) {
        case 0:
          by4.add(at, step);
          break;
        case 1:
          by8.add(at, step);
          break;
        case 2:
          by16.add(at, step);
          break;
        default:
          by32.add(at, step);
      }
    }
  }
  by4.flush();
  by8.flush();
  by16.flush();
  by32.flush();
}

// Filters the edge above row y of cells.
void filter_horizontal_edge(const DeblockedPlane& plane, int y) {
  const Cell* above = plane.cells.row(y - 1);
  const Cell* below = plane.cells.row(y);
  const ptrdiff_t stride = plane.samples.stride;
  const int columns = plane.samples.width / kCellSize;
  for (int x0 = 0; x0 < columns; x0 += kEdgeCells) {
    const int count = std::min(kEdgeCells, columns - x0);
    std::array<EdgeSteps, kClasses> edge_steps;
    std::array<bool, kClasses> present{};
    for (int i = 0, end; i < count; i = end) {
      const Cell& after = below[x0 + i];
      end = i + cells_across(after.log2_width);
      if (y & (cells_across(after.log2_height) - 1)) continue;
      for (; i < end; ++i) {
        const Cell& before = above[x0 + i];
        if (!can_be_seam(before, after, plane.number)) continue;
        const int edge = edge_class(std::min(before.log2_height, after.log2_height));
        if (!present[edge]) edge_steps[edge].fill(0);
        present[edge] = true;
        edge_steps[edge][i] = plane.steps.step(mean_step_index(before, after));
      }
    }
    uint16_t* samples = plane.samples.row(y * kCellSize) + x0 * kCellSize;
    if (present[0]) filter_edges<0>(samples, stride, edge_steps[0], count, plane.max_sample);
    if (present[1]) filter_edges<1>(samples, stride, edge_steps[1], count, plane.max_sample);
    if (present[2]) filter_edges<2>(samples, stride, edge_steps[2], count, plane.max_sample);
    if (present[3]) filter_edges<3>(samples, stride, edge_steps[3], count, plane.max_sample);
  }
}

// Filters the rows `begin` .. `end` - 1 of cells: all their vertical edges, then the horizontal ones between them.
void filter_rows(const DeblockedPlane& plane, int begin, int end) {
  filter_vertical_edges(plane, begin, end);
  for (int y = begin + 1; y < end; ++y) filter_horizontal_edge(plane, y);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(filter_rows);
HWY_EXPORT(filter_horizontal_edge);

DeblockSteps::DeblockSteps(int strength) {
  static constexpr int kQuarters[kMaxDeblockStrength + 1] = {0, 1, 2, 3, 4, 6, 8, 12};
  for (int i = 0; i <= kMaxStepIndex; ++i) step_[i] = quantization_step(i) * kQuarters[strength];
}

void deblock_from(int first_row, Plane<uint16_t>& plane, const CellMap& cells, const PlaneDeblocking& deblocking,
                  const Workers& workers) {
  if (deblocking.strength == 0) return;
  const DeblockSteps steps(deblocking.strength);
  const DeblockedPlane deblocked{plane.view(), cells, deblocking.plane_number, steps, deblocking.max_sample};
  constexpr int kBandCells = kSuperblockSize / kCellSize;
  const int first = first_row / kSuperblockSize, bands = superblocks(plane.height());
  parallel_for(bands - first, workers, [&](int index, int) {
    const int band = first + index;
    HWY_DYNAMIC_DISPATCH(filter_rows)
    (deblocked, band * kBandCells, std::min((band + 1) * kBandCells, plane.height() / kCellSize));
  });
  const int first_edge = std::max(first, 1);
  parallel_for(bands - first_edge, workers, [&](int index, int) {
    HWY_DYNAMIC_DISPATCH(filter_horizontal_edge)(deblocked, (first_edge + index) * kBandCells);
  });
}

void deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample,
             const Workers& workers) {
  deblock_from(0, plane, cells, {plane_number, strength, max_sample}, workers);
}

}  // namespace laq::picture
#endif
