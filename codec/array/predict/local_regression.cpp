#include "array/predict/local_regression.h"

#include <algorithm>
#include <cmath>

#include "base/linear_algebra.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/local_regression.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/eight_doubles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

using laq::HWY_NAMESPACE::Eight;

constexpr int kTaps = LocalRegression::kTaps;
constexpr ptrdiff_t kFeatureDistance = LocalRegression::kFeatureDistance;

// Sums of `count` rows by two sets of weights.
void WeighRows(const double* const* rows, int count, const LocalRegression::RowWeights& weights, int length,
               double* sum, double* correction) {
  for (int x = 0; x < length; x += Eight::kLanes) {
    Eight weighted = Eight::zero(), corrected = Eight::zero();
    for (int k = 0; k < count; ++k) {
      const Eight value = Eight::load(rows[k] + x);
      weighted = weighted + value * Eight::all(weights.weight[k]);
      corrected = corrected + value * Eight::all(weights.correction[k]);
    }
    weighted.store(sum + x);
    corrected.store(correction + x);
  }
}

// What the regression learns from some samples of a row, as differences from the sample before each, in steps: a row
// for each tap, which is zero if rows[tap] is null, and a row for the target, the value less what Lorenzo's predictor
// gives. Rows of the output are kFeatureDistance apart.
void Deviations(const double* const* rows, const double* lorenzo, const double* values, double scale, int length,
                double* out) {
  for (int x = 0; x < length; x += Eight::kLanes) {
    const Eight nearest = Eight::load(values + x - 1);
    Eight target = (Eight::load(values + x) - nearest) * Eight::all(scale);
    for (int k = 0; k < kTaps; ++k) {
      Eight deviation = Eight::zero();
      if (rows[k] != nullptr) deviation = (Eight::load(rows[k] + x) - nearest) * Eight::all(scale);
      deviation.store(out + k * kFeatureDistance + x);
      if (lorenzo[k] != 0) target = target - deviation * Eight::all(lorenzo[k]);
    }
    target.store(out + kTaps * kFeatureDistance + x);
  }
}

// The sums of products of all pairs of those rows, but for the target with itself. length: whole eights.
void Products(const double* rows, int length, double* out, ptrdiff_t stride) {
  static_assert(kTaps % 2 == 0);
  for (int i = 0; i <= kTaps; i += 2) {
    const double* const a = rows + i * kFeatureDistance;
    const double* const c = i < kTaps ? a + kFeatureDistance : a;
    for (int j = 0; j <= i && j < kTaps; j += 2) {
      const double* const b = rows + j * kFeatureDistance;
      const double* const d = b + kFeatureDistance;
      Eight ab = Eight::zero(), ad = ab, cb = ab, cd = ab;
      for (int x = 0; x < length; x += Eight::kLanes) {
        const Eight va = Eight::load(a + x), vb = Eight::load(b + x), vc = Eight::load(c + x), vd = Eight::load(d + x);
        ab = ab + va * vb;
        ad = ad + va * vd;
        cb = cb + vc * vb;
        cd = cd + vc * vd;
      }
      double sums[4];
      Eight::sums(ab, ad, cb, cd, sums);
      out[packed(i, j) * stride] = sums[0];
      if (j < i) out[packed(i, j + 1) * stride] = sums[1];
      if (i == kTaps) continue;
      out[packed(i + 1, j) * stride] = sums[2];
      out[packed(i + 1, j + 1) * stride] = sums[3];
    }
  }
}

HWY_INLINE Eight with_sides(const double* blocks) {
  constexpr double kSideWeight = 0.5;  // of the products of the blocks on both sides
  return Eight::load(blocks) + (Eight::load(blocks - 1) + Eight::load(blocks + 1)) * Eight::all(kSideWeight);
}

// recent = latest + kept * recent. mixture: the sum of recent and of the products of earlier slices, which may be null,
// over a block and those on both sides of it. Rows of `blocks` numbers (whole eights), with eight zeros between them.
void MixBlocks(const double* latest, double kept, double* recent, const double* earlier, int blocks, double* mixture) {
  constexpr int kSideBlocks = Eight::kLanes;
  // So many products are summed before they are mixed, as a load across what was just stored waits for it.
  constexpr int kTogether = 19;
  static_assert(LocalRegression::kProducts % kTogether == 0);
  const ptrdiff_t stride = blocks + kSideBlocks;
  for (int first = 0; first < LocalRegression::kProducts; first += kTogether) {
    for (int product = first; product < first + kTogether; ++product) {
      const ptrdiff_t row = product * stride + kSideBlocks;
      for (int s = 0; s < blocks; s += Eight::kLanes) {
        const Eight now = Eight::load(latest + row + s) + Eight::load(recent + row + s) * Eight::all(kept);
        now.store(recent + row + s);
      }
    }
    for (int product = first; product < first + kTogether; ++product) {
      const ptrdiff_t row = product * stride + kSideBlocks;
      for (int s = 0; s < blocks; s += Eight::kLanes) {
        Eight mixed = with_sides(recent + row + s);
        if (earlier != nullptr) mixed = mixed + with_sides(earlier + row + s);
        mixed.store(mixture + row + s);
      }
    }
  }
}

// out = in + kept * out
void Accumulate(const double* in, double kept, double* out, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += Eight::kLanes) {
    (Eight::load(in + i) + Eight::load(out + i) * Eight::all(kept)).store(out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {
namespace {

HWY_EXPORT(WeighRows);
HWY_EXPORT(Deviations);
HWY_EXPORT(Products);
HWY_EXPORT(MixBlocks);
HWY_EXPORT(Accumulate);

constexpr int kLanes = 8;
constexpr double kRidge = 1e-8;         // in mean squares of a tap
constexpr double kLargestWeight = 1e6;  // of a solution; a larger one is taken to be zero
static_assert(LocalRegression::kTaps <= kMostUnknowns);
constexpr int kFirstRows = 8;  // where a field begins, so many rows are followed by a solution each
// The share of the products so far that is kept after so many rows, and after a slice.
constexpr std::array<double, 5> kKeptAfterRows = {1, 0.84, 0.71, 0.6, 0.5};
constexpr double kKeptAfterSlice = 0.4;

int whole_eights(int count) {
  return (count + kLanes - 1) & -kLanes;
}

int blocks_of(const Grid& grid, int width) {
  return std::max(1, (grid.sides[2] + width / 2) / width);
}
int bands_of(const Grid& grid, int height) {
  return (grid.sides[1] + height - 1) / height;
}

// How many numbers a band keeps of earlier slices: its products, laid out as all are, with zeros between them. If there
// are few blocks, there may be very many bands, and the zeros are left out.
constexpr int kFewBlocks = 2;
size_t kept_of_band(int blocks, size_t padded) {
  return blocks <= kFewBlocks ? static_cast<size_t>(LocalRegression::kProducts) * blocks : padded;
}

}  // namespace

std::array<LocalRegression::Tap, LocalRegression::kTaps> LocalRegression::taps_of(const Grid& grid) {
  if (grid.sides[0] == 1) {
    return {{{0, 0, 2, 0},
             {0, 0, 3, 0},
             {0, 1, 0, 1},
             {0, 1, 1, -1},
             {0, 1, -1, 0},
             {0, 1, 2, 0},
             {0, 1, -2, 0},
             {0, 1, -3, 0},
             {0, 2, 0, 0},
             {0, 2, 1, 0},
             {0, 2, -1, 0},
             {0, 2, 2, 0},
             {0, 2, -2, 0},
             {0, 3, 0, 0},
             {0, 3, 1, 0},
             {0, 3, -1, 0}}};
  }
  return {{{0, 0, 2, 0},
           {0, 0, 3, 0},
           {0, 1, 0, 1},
           {0, 1, 1, -1},
           {0, 1, -1, 0},
           {0, 2, 0, 0},
           {1, 0, 0, 1},
           {1, 0, 1, -1},
           {1, 1, 0, -1},
           {1, 1, 1, 1},
           {1, 0, -1, 0},
           {1, -1, 0, 0},
           {1, -1, -1, 0},
           {1, 1, -1, 0},
           {1, -1, 1, 0},
           {2, 0, 0, 0}}};
}

LocalRegression::LocalRegression(const Grid& grid, double step, FramedField<double>& values,
                                 const std::vector<bool>& masked)
    : grid_(grid),
      scale_(1 / step),
      values_(values),
      masked_(masked),
      taps_(taps_of(grid)),
      blocks_(blocks_of(grid, kBlockWidth)),
      bands_(bands_of(grid, kBandHeight)),
      stride_(whole_eights(blocks_) + kLanes),
      sums_(grid.sides[2] + 2 * kLanes),
      corrections_(sums_.size()),
      solutions_(kTaps * stride_ + kLanes),
      block_weights_(blocks_),
      latest_(kProducts * stride_ + kLanes),
      recent_(latest_.size()),
      earlier_(latest_.size()),
      mixture_(latest_.size()),
      features_((kTaps + 1) * kFeatureDistance),
      bands_before_(grid.sides[0] > 2 ? bands_ : 0, std::vector<double>(kept_of_band(blocks_, latest_.size()))) {}

size_t LocalRegression::bytes(const Grid& grid) {
  const size_t blocks = blocks_of(grid, kBlockWidth), bands = bands_of(grid, kBandHeight);
  const size_t stride = whole_eights(static_cast<int>(blocks)) + kLanes, of_row = 2 * (grid.sides[2] + 2 * kLanes);
  const size_t working = of_row + (kTaps + 4 * kProducts) * stride + 5 * kLanes + (kTaps + 1) * kFeatureDistance;
  const size_t kept = kept_of_band(static_cast<int>(blocks), kProducts * stride + kLanes);
  const size_t of_band = kept * sizeof(double) + sizeof(std::vector<double>);
  return working * sizeof(double) + blocks * sizeof(BlockWeights) + (grid.sides[0] > 2 ? bands + 1 : 1) * of_band;
}

bool LocalRegression::is_present(const Tap& tap, int z, int y) const {
  return z >= tap.z && (y >= tap.y || tap.z > 0);
}

const double* LocalRegression::row_of(const Tap& tap, int z, int y) const {
  return values_.at(z - tap.z, std::clamp(y - tap.y, 0, grid_.sides[1] - 1), -tap.x);
}

void LocalRegression::begin_row(int z, int y) {
  if (y == 0) {
    std::fill(recent_.begin(), recent_.end(), 0.0);
    std::fill(latest_.begin(), latest_.end(), 0.0);
    band_begin_ = 0;
    solve(z, 0, 0);
  }
  // Beyond a border, the nearest sample stands in.
  double* const row = values_.at(z, y, 0);
  const double beside = y > 0 ? *values_.at(z, y - 1, 0) : z > 0 ? *values_.at(z - 1, y, 0) : row[0];
  std::fill_n(row - FramedField<double>::kFrame, FramedField<double>::kFrame, beside);

  std::array<const double*, kTaps> rows;
  int count = 0;
  uint32_t present = 0;
  for (int k = kOwn; k < kTaps; ++k) {
    if (!is_present(taps_[k], z, y)) continue;
    rows[count++] = row_of(taps_[k], z, y);
    present |= 1u << k;
  }
  if (present != present_) {
    present_ = present;
    set_weights();
  }
  const auto weigh = HWY_DYNAMIC_DISPATCH(WeighRows);
  for (int b = 0; b < blocks_; ++b) {
    const int begin = begin_of(b), length = begin_of(b + 1) - begin;
    const BlockWeights& weights = block_weights_[b];
    weigh(rows.data(), count, weights.rows, length, sums_.data() + begin, corrections_.data() + begin);
    for (int i = 0; i < count; ++i) rows[i] += length;
  }
}

// Sets the weights of the taps that are present from the solutions. The nearest sample has the weight of the others.
void LocalRegression::set_weights() {
  for (int b = 0; b < blocks_; ++b) {
    const double* const solution = solutions_.data() + kLanes + b;
    BlockWeights& weights = block_weights_[b];
    weights.own = {{1}, {0}};
    int row = 0;
    for (int k = 0; k < kTaps; ++k) {
      if (k >= kOwn && !(present_ >> k & 1)) continue;
      const double correction = solution[k * stride_], weight = taps_[k].lorenzo + correction;
      weights.own.own[0] -= weight;
      weights.own.correction[0] -= correction;
      if (k < kOwn) {
        weights.own.own[1 + k] = weight;
        weights.own.correction[1 + k] = correction;
      } else {
        weights.rows.weight[row] = weight;
        weights.rows.correction[row++] = correction;
      }
    }
  }
}

void LocalRegression::end_row(int z, int y) {
  values_.extend(z, y);
  const bool is_first = z < 2 && y < kFirstRows, ends_field = y + 1 == grid_.sides[1];
  const bool ends_band = (y + 1) % kBandHeight == 0 || ends_field;
  if (!is_first && !ends_band) return;
  learn(z, band_begin_, y + 1);
  const int band = y / kBandHeight;
  solve(z, std::min(band + (ends_band && !ends_field), bands_ - 1), y + 1 - band_begin_);
  band_begin_ = y + 1;
  if (ends_band && z > 0 && !bands_before_.empty()) keep_band(bands_before_[band].data());
}

// Adds the products of a band to those of earlier slices.
void LocalRegression::keep_band(double* before) const {
  if (blocks_ > kFewBlocks) {
    HWY_DYNAMIC_DISPATCH(Accumulate)
    (recent_.data(), kKeptAfterSlice, before, static_cast<ptrdiff_t>(recent_.size()));
    return;
  }
  for (int product = 0; product < kProducts; ++product, before += blocks_) {
    const double* const row = recent_.data() + product * stride_ + kLanes;
    for (int b = 0; b < blocks_; ++b) before[b] = row[b] + before[b] * kKeptAfterSlice;
  }
}

// The products of earlier slices, laid out as all are.
const double* LocalRegression::earlier_band(const double* before) {
  if (blocks_ > kFewBlocks) return before;
  for (int product = 0; product < kProducts; ++product, before += blocks_) {
    std::copy_n(before, blocks_, earlier_.data() + product * stride_ + kLanes);
  }
  return earlier_.data();
}

// Sums the products of the rows from `first` up to `end`: of every second one, the last among them, as neighbouring
// rows tell much the same.
void LocalRegression::learn(int z, int first, int end) {
  const auto deviations = HWY_DYNAMIC_DISPATCH(Deviations);
  const auto products = HWY_DYNAMIC_DISPATCH(Products);
  std::array<double, kTaps> lorenzo;
  for (int k = 0; k < kTaps; ++k) lorenzo[k] = taps_[k].lorenzo;
  const int start = end - 1 - (end - 1 - first) / kLearntRows * kLearntRows;
  int count = 0;
  for (int y = start; y < end; y += kLearntRows, ++count) {
    auto& rows = tap_rows_[count];
    for (int k = 0; k < kTaps; ++k) rows[k] = is_present(taps_[k], z, y) ? row_of(taps_[k], z, y) : nullptr;
  }
  for (int b = 0; b < blocks_; ++b) {
    const int begin = begin_of(b), width = begin_of(b + 1) - begin, length = width * count;
    // The taps and the target, each a row over all samples of the block.
    for (int i = 0; i < count; ++i) {
      const int y = start + i * kLearntRows;
      std::array<const double*, kTaps> rows = tap_rows_[i];
      for (const double*& row : rows) row = row != nullptr ? row + begin : nullptr;
      double* const features = features_.data() + i * width;
      deviations(rows.data(), lorenzo.data(), values_.at(z, y, begin), scale_, width, features);
      if (!masked_.empty()) clear_masked(z * grid_.stride(0) + y * grid_.stride(1) + begin, width, features);
    }
    for (int k = 0; k <= kTaps; ++k) std::fill_n(features_.data() + k * kFeatureDistance + length, kLanes, 0.0);
    products(features_.data(), whole_eights(length), latest_.data() + kLanes + b, stride_);
  }
}

// Clears the features of masked samples, `width` of them from `sample` on.
void LocalRegression::clear_masked(ptrdiff_t sample, int width, double* features) const {
  for (int x = 0; x < width; ++x) {
    if (!masked_[sample + x]) continue;
    for (int k = 0; k <= kTaps; ++k) features[k * kFeatureDistance + x] = 0;
  }
}

// Solves for the weights of a band. rows: how many came since the last time.
void LocalRegression::solve(int z, int band, int rows) {
  const bool has_earlier = z >= 2 && !bands_before_.empty();
  const double* const earlier =
      has_earlier ? earlier_band(bands_before_[std::min(band + 1, bands_ - 1)].data()) : nullptr;
  const int blocks = whole_eights(blocks_);
  HWY_DYNAMIC_DISPATCH(MixBlocks)
  (latest_.data(), kKeptAfterRows[rows], recent_.data(), earlier, blocks, mixture_.data());
  for (int b = 0; b < blocks; b += kLanes) {
    solve_eight(mixture_.data() + kLanes + b, stride_, kTaps, kRidge, kLargestWeight, solutions_.data() + kLanes + b);
  }
  set_weights();
}

}  // namespace laq::array
#endif
