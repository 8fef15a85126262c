#include "array/predict/local_regression.h"

#include <algorithm>

#include "array/predict/band_field.h"
#include "base/linear_algebra.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/local_regression.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

using laq::HWY_NAMESPACE::Eight;

constexpr int kTaps = LocalRegression::kTaps;
constexpr ptrdiff_t kDistance = LocalRegression::kBlockSamples;

// The sums of products of all pairs of rows, but for the target with itself. length: whole eights.
void Products(const double* rows, int length, double* out, ptrdiff_t stride) {
  static_assert(kTaps % 2 == 0);
  for (int i = 0; i <= kTaps; i += 2) {
    const double* const a = rows + i * kDistance;
    const double* const c = i < kTaps ? a + kDistance : a;
    for (int j = 0; j <= i && j < kTaps; j += 2) {
      const double* const b = rows + j * kDistance;
      const double* const d = b + kDistance;
      Eight ab = Eight::zero(), ad = ab, cb = ab, cd = ab;
      for (int x = 0; x < length; x += Eight::kLanes) {
        const Eight va = Eight::load(a + x), vb = Eight::load(b + x);
        const Eight vc = Eight::load(c + x), vd = Eight::load(d + x);
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
        (Eight::load(latest + row + s) + Eight::load(recent + row + s) * Eight::all(kept)).store(recent + row + s);
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

HWY_EXPORT(Products);
HWY_EXPORT(MixBlocks);
HWY_EXPORT(Accumulate);

constexpr int kLanes = 8;
constexpr double kRidge = 1e-8;         // in mean squares of a tap
constexpr double kLargestWeight = 1e6;  // of a solution; a larger one is taken to be zero
static_assert(LocalRegression::kTaps <= kMostUnknowns);
// The share of the products so far that is kept after a band, and after a slice.
constexpr double kKeptAfterBand = 0.5, kKeptAfterSlice = 0.4;

int whole_eights(int count) {
  return (count + kLanes - 1) & -kLanes;
}

int blocks_of(const Grid& grid) {
  constexpr int kWidth = LocalRegression::kBlockWidth;
  return std::max(1, (grid.sides[2] + kWidth / 2) / kWidth);
}
// How many numbers a band keeps of earlier slices: its products, laid out as all are, with zeros between them. If there
// are few blocks, there may be very many bands, and the zeros are left out.
constexpr int kFewBlocks = 2;
size_t kept_of_band(int blocks, size_t padded) {
  return blocks <= kFewBlocks ? static_cast<size_t>(LocalRegression::kProducts) * blocks : padded;
}

size_t products_of(const Grid& grid) {
  return LocalRegression::kProducts * (whole_eights(blocks_of(grid)) + size_t{kLanes}) + kLanes;
}

}  // namespace

LocalRegression::LocalRegression(const Grid& grid)
    : width_(grid.sides[2]),
      columns_(columns_of_band(grid)),
      blocks_(blocks_of(grid)),
      bands_(bands_of(grid)),
      stride_(whole_eights(blocks_) + kLanes),
      latest_(products_of(grid)),
      recent_(latest_.size()),
      mixture_(latest_.size()),
      solutions_(kTaps * stride_ + kLanes),
      earlier_(blocks_ <= kFewBlocks ? latest_.size() : 0),
      bands_before_(grid.sides[0] > 2 ? bands_ : 0, AlignedVector<double>(kept_of_band(blocks_, latest_.size()))) {}

size_t LocalRegression::bytes(const Grid& grid) {
  const size_t products = products_of(grid), bands = grid.sides[0] > 2 ? bands_of(grid) : 0;
  const size_t of_band = kept_of_band(blocks_of(grid), products) * sizeof(double) + sizeof(AlignedVector<double>);
  return (4 * products + kTaps * (products / kProducts + kLanes)) * sizeof(double) + bands * of_band;
}

LocalRegression::Solution LocalRegression::solution(int block) const {
  return {solutions_.data() + kLanes + block, stride_};
}

void LocalRegression::begin_slice(int z) {
  std::fill(recent_.begin(), recent_.end(), 0.0);
  std::fill(latest_.begin(), latest_.end(), 0.0);
  solve(z, 0, 0);
}

void LocalRegression::learn(int block, const double* features, int count) {
  HWY_DYNAMIC_DISPATCH(Products)(features, count, latest_.data() + kLanes + block, stride_);
}

void LocalRegression::end_band(int z, int band) {
  solve(z, band + 1, kKeptAfterBand);
  if (z == 0 || bands_before_.empty()) return;
  keep_band(bands_before_[band].data());
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

// Adds the latest products to the recent ones, and solves for the weights of a band, if there is one of this number.
void LocalRegression::solve(int z, int band, double kept) {
  const bool has_earlier = z >= 2 && !bands_before_.empty();
  const double* const earlier =
      has_earlier ? earlier_band(bands_before_[std::min(band + 1, bands_ - 1)].data()) : nullptr;
  const int blocks = whole_eights(blocks_);
  HWY_DYNAMIC_DISPATCH(MixBlocks)(latest_.data(), kept, recent_.data(), earlier, blocks, mixture_.data());
  if (band == bands_) return;
  for (int b = 0; b < blocks; b += kLanes) {
    solve_eight(mixture_.data() + kLanes + b, stride_, kTaps, kRidge, kLargestWeight, solutions_.data() + kLanes + b);
  }
}

}  // namespace laq::array
#endif
