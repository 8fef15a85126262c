// The kernel runs across horizontal edges, lanes along the edge, on the plane itself. Vertical edges are gathered cell
// by cell, turned, into a buffer where they are horizontal, and put back.
#include "picture/deblock.h"

#include <algorithm>

#include "base/parallel.h"
#include "quantize/step.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/deblock.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// What does not depend on the target, once.
#ifndef LAQ_PICTURE_DEBLOCK_ONCE
#define LAQ_PICTURE_DEBLOCK_ONCE
namespace laq {
namespace {

// Differences are clamped to this, so that sums of them fit 16 bits; a gap that large is never filtered.
constexpr int kMaxGap = 1023;

constexpr int kReach[3] = {1, 3, 7};
// 32768 / 16 * (L - i) / (2 L + 1)
constexpr int16_t kRamp[3][7] = {{683}, {878, 585, 293}, {956, 819, 683, 546, 410, 273, 137}};

// The index in kReach that the smaller of two blocks allows.
inline int reach_class(int log2_size) {
  return std::clamp(log2_size - 2, 0, 2);
}

inline bool is_coded(const Cell& before, const Cell& after, int plane_number) {
  return (before.coded_planes | after.coded_planes) >> plane_number & 1;
}

inline int mean_step_index(const Cell& before, const Cell& after) {
  return (before.step_index + after.step_index + 1) / 2;
}

// Edges side by side, one cell after the other; 64 lanes.
constexpr int kEdgeCells = 16;
constexpr int kEdgeLanes = kEdgeCells * kCellSize;
struct EdgeLimits {
  std::array<int16_t, kEdgeCells> gap;  // 0: this cell's side is not filtered
  std::array<int16_t, kEdgeCells> roughness;
};

// The gap limit of every lane.
struct LaneLimits {
  alignas(64) std::array<int16_t, kEdgeLanes> gap{};
  bool any = false;

  void set_cell(int cell, int16_t limit) {
    std::fill_n(gap.data() + cell * kCellSize, kCellSize, limit);
    any = true;
  }
};

}  // namespace
}  // namespace laq
#endif

HWY_BEFORE_NAMESPACE();
namespace laq {
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

// 16 times the gap, as the reach kReach[kClass] sees it.
template <int kClass>
HWY_INLINE Vector gap_of(const Rows& rows) {
  if constexpr (kClass == 0) {
    return times(8, hn::Sub(times(3, rows.difference(0)), rows.difference(1)));
  } else if constexpr (kClass == 1) {
    return fitted_gap(rows.difference(0), rows.difference(1), rows.difference(2), rows.difference(3));
  } else {
    const Vector twice =
        fitted_gap(rows.pair_difference(0), rows.pair_difference(2), rows.pair_difference(4), rows.pair_difference(6));
    return hn::ShiftRight<1>(hn::Add(twice, hn::Set(Lanes(), int16_t{1})));
  }
}

// Filters with the reach kReach[kClass] where the limit is not 0.
template <int kClass>
HWY_INLINE void remove_gaps(uint16_t* at, ptrdiff_t stride, const LaneLimits& limits, int lanes, int max_sample) {
  const Lanes d;
  const Vector greatest = hn::Set(d, static_cast<int16_t>(max_sample));
  const auto store = [&](Vector v, uint16_t* to) HWY_ATTR {
    v = hn::Min(hn::Max(v, hn::Zero(d)), greatest);
    hn::StoreU(hn::BitCast(hn::RebindToUnsigned<Lanes>(), v), hn::RebindToUnsigned<Lanes>(), to);
  };
  for (int lane = 0; lane < lanes; lane += static_cast<int>(hn::Lanes(d))) {
    const Vector limit = hn::LoadU(d, limits.gap.data() + lane);
    if (hn::AllTrue(d, hn::Eq(limit, hn::Zero(d)))) continue;
    const Rows rows{at + lane, stride};
    const Vector kept = tent(gap_of<kClass>(rows), limit);
    for (int i = 0; i < kReach[kClass]; ++i) {
      const Vector change = hn::MulFixedPoint15(kept, hn::Set(d, kRamp[kClass][i]));
      store(hn::Add(rows.p(i), change), rows.at - (i + 1) * stride);
      store(hn::Sub(rows.q(i), change), rows.at + i * stride);
    }
  }
}

// Filters the sides of `cells` cells, whose blocks allow the reach kReach[kClass].
template <int kClass>
void filter_edges(uint16_t* at, ptrdiff_t stride, const EdgeLimits& limits, int cells, int max_sample) {
  const Lanes d;
  const int lanes = cells * kCellSize;
  alignas(64) std::array<int16_t, kEdgeLanes> near, wide;
  for (int lane = 0; lane < lanes; lane += static_cast<int>(hn::Lanes(d))) {
    const Rows rows{at + lane, stride};
    hn::StoreU(kClass == 0 ? rows.slope() : rows.bend(0, 1, 2), d, near.data() + lane);
    if (kClass == 2) hn::StoreU(rows.bend(0, 3, 6), d, wide.data() + lane);
  }
  std::array<LaneLimits, kClass + 1> lane_limits;
  for (int cell = 0; cell < cells; ++cell) {
    if (limits.gap[cell] == 0) continue;
    const auto sum = [&](const auto& v) HWY_ATTR {
      const int16_t* lane = v.data() + cell * kCellSize;
      return lane[0] + lane[1] + lane[2] + lane[3];
    };
    const int roughness = sum(near), limit = limits.roughness[cell];
    if (roughness >= 2 * limit) continue;
    int reach = roughness < limit ? kClass : 0;
    if (kClass == 2 && reach == 2 && sum(wide) >= limit) reach = 1;
    lane_limits[reach].set_cell(cell, limits.gap[cell]);
  }
  if (lane_limits[0].any) remove_gaps<0>(at, stride, lane_limits[0], lanes, max_sample);
  if constexpr (kClass >= 1) {
    if (lane_limits[1].any) remove_gaps<1>(at, stride, lane_limits[1], lanes, max_sample);
  }
  if constexpr (kClass == 2) {
    if (lane_limits[2].any) remove_gaps<2>(at, stride, lane_limits[2], lanes, max_sample);
  }
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

// Vertical edges of one reach on their way through the kernel.
template <int kClass>
class TurnedEdges {
 public:
  TurnedEdges(ptrdiff_t stride, int max_sample) : stride_(stride), max_sample_(max_sample) {}

  // at: the first sample right of a cell's edge.
  void add(uint16_t* at, int16_t gap_limit, int16_t roughness_limit) {
    limits_.gap[count_] = gap_limit;
    limits_.roughness[count_] = roughness_limit;
    for (int x = 0; x < kWidth; x += kCellSize) {
      turn_cell(at - kWidth / 2 + x, stride_, samples_.data() + x * kEdgeLanes + count_ * kCellSize, kEdgeLanes);
    }
    edge_[count_++] = at;
    if (count_ == kEdgeCells) flush();
  }

  void flush() {
    filter_edges<kClass>(samples_.data() + kWidth / 2 * kEdgeLanes, kEdgeLanes, limits_, count_, max_sample_);
    for (int i = 0; i < count_; ++i) {
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
  EdgeLimits limits_;
  alignas(64) std::array<uint16_t, kWidth * kEdgeLanes> samples_{};
};

void filter_vertical_edges(PlaneView<uint16_t> rows, int y0, const CellMap& cells, int plane_number,
                           const DeblockLimits& limits, int max_sample) {
  TurnedEdges<0> small(rows.stride, max_sample);
  TurnedEdges<1> medium(rows.stride, max_sample);
  TurnedEdges<2> large(rows.stride, max_sample);
  for (int y = 0; y < rows.height / kCellSize; ++y) {
    const Cell* row = cells.row(y0 / kCellSize + y);
    uint16_t* samples = rows.row(y * kCellSize);
    for (int x = 1; x < rows.width / kCellSize; ++x) {
      const Cell &left = row[x - 1], &right = row[x];
      if ((x * kCellSize) & ((1 << right.log2_width) - 1)) continue;
      if (!is_coded(left, right, plane_number)) continue;
      const int step = mean_step_index(left, right);
      const int16_t gap = limits.gap(step), roughness = limits.roughness(step);
      uint16_t* at = samples + x * kCellSize;
      switch (reach_class(std::min(left.log2_width, right.log2_width))) {
        case 0:
          small.add(at, gap, roughness);
          break;
        case 1:
          medium.add(at, gap, roughness);
          break;
        default:
          large.add(at, gap, roughness);
      }
    }
  }
  small.flush();
  medium.flush();
  large.flush();
}

// The edge above row y (in cells); at: its first sample below.
void filter_horizontal_edge(PlaneView<uint16_t> plane, uint16_t* at, int y, const CellMap& cells, int plane_number,
                            const DeblockLimits& limits, int max_sample) {
  const Cell* above = cells.row(y - 1);
  const Cell* below = cells.row(y);
  const int columns = plane.width / kCellSize;
  std::array<EdgeLimits, 3> edge_limits;
  for (int x0 = 0; x0 < columns; x0 += kEdgeCells) {
    const int count = std::min(kEdgeCells, columns - x0);
    std::array<bool, 3> present{};
    for (EdgeLimits& limits_of_class : edge_limits) limits_of_class.gap.fill(0);
    for (int i = 0; i < count; ++i) {
      const Cell &before = above[x0 + i], &after = below[x0 + i];
      if ((y * kCellSize) & ((1 << after.log2_height) - 1)) continue;
      if (!is_coded(before, after, plane_number)) continue;
      const int reach = reach_class(std::min(before.log2_height, after.log2_height));
      const int step = mean_step_index(before, after);
      present[reach] = true;
      edge_limits[reach].gap[i] = limits.gap(step);
      edge_limits[reach].roughness[i] = limits.roughness(step);
    }
    uint16_t* samples = at + x0 * kCellSize;
    if (present[0]) filter_edges<0>(samples, plane.stride, edge_limits[0], count, max_sample);
    if (present[1]) filter_edges<1>(samples, plane.stride, edge_limits[1], count, max_sample);
    if (present[2]) filter_edges<2>(samples, plane.stride, edge_limits[2], count, max_sample);
  }
}

void filter_rows(PlaneView<uint16_t> rows, int y0, const CellMap& cells, int plane_number, const DeblockLimits& limits,
                 int max_sample) {
  filter_vertical_edges(rows, y0, cells, plane_number, limits, max_sample);
  for (int y = 1; y < rows.height / kCellSize; ++y) {
    filter_horizontal_edge(rows, rows.row(y * kCellSize), y0 / kCellSize + y, cells, plane_number, limits, max_sample);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(filter_rows);
HWY_EXPORT(filter_horizontal_edge);

DeblockLimits::DeblockLimits(int strength) {
  // The limit of the gap in quarter steps.
  static constexpr int kQuarters[kMaxDeblockStrength + 1] = {0, 2, 3, 4, 6, 8, 12, 16};
  for (int i = 0; i <= kMaxStepIndex; ++i) {
    const uint64_t quarter = uint64_t{quantization_step(i)} * kQuarters[strength];
    gap_[i] = static_cast<int16_t>(std::min<uint64_t>(quarter >> (kStepFraction - 2), 16 * kMaxGap));
    roughness_[i] = static_cast<int16_t>(std::min<uint64_t>((quarter >> kStepFraction) + 1, 8191));
  }
}

void deblock_rows(PlaneView<uint16_t> rows, int y0, const CellMap& cells, int plane_number, const DeblockLimits& limits,
                  int max_sample) {
  HWY_DYNAMIC_DISPATCH(filter_rows)(rows, y0, cells, plane_number, limits, max_sample);
}

void deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample,
             int threads) {
  if (strength == 0) return;
  const DeblockLimits limits(strength);
  const int bands = superblocks(plane.height());
  const PlaneView<uint16_t> view = plane.view();
  parallel_for(bands, threads, [&](int band, int) {
    const int y = band * kSuperblockSize;
    deblock_rows(view.window(0, y, view.width, std::min(kSuperblockSize, view.height - y)), y, cells, plane_number,
                 limits, max_sample);
  });
  parallel_for(bands - 1, threads, [&](int band, int) {
    const int y = (band + 1) * kSuperblockSize;
    HWY_DYNAMIC_DISPATCH(filter_horizontal_edge)
    (view, view.row(y), y / kCellSize, cells, plane_number, limits, max_sample);
  });
}

}  // namespace laq
#endif
