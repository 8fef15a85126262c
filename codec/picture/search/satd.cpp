#include "picture/search/satd.h"

#include <algorithm>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/search/satd.cpp"
// Vectors stand in arrays here, which scalable vectors cannot.
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
HWY_INLINE void butterfly(V& a, V& b) {
  const V sum = hn::Add(a, b);
  b = hn::Sub(a, b);
  a = sum;
}

#if HWY_TARGET == HWY_SCALAR  // lacks the interleaving; the plain transform
template <int kSize>
int blocks_at_once() {
  return 1;
}

template <int kSize>
uint32_t TransformedSum(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, int shift, int) {
  int32_t t[kSize * kSize];
  for (int i = 0; i < kSize * kSize; ++i) {
    const int x = i % kSize, y = i / kSize;
    t[i] = (a.row(y)[x] - b.row(y)[x]) >> shift;
  }
  for (int step = 1; step < kSize * kSize; step *= 2) {
    for (int i = 0; i < kSize * kSize; ++i) {
      if ((i & step) != 0) continue;
      const int32_t low = t[i], high = t[i + step];
      t[i] = low + high;
      t[i + step] = low - high;
    }
  }
  uint32_t sum = 0;
  for (const int32_t value : t) sum += static_cast<uint32_t>(value < 0 ? -value : value);
  return sum / 2;
}
#else
// Lanes of one block's row.
template <int kSize>
using RowTag = hn::CappedTag<int16_t, kSize == 4 ? 4 : 16>;

template <int kSize>
int blocks_at_once() {
  return static_cast<int>(hn::Lanes(RowTag<kSize>())) / kSize;
}

// Half the sum of the absolute values of the unscaled transforms of `blocks` neighbouring blocks, which fill (the lower
// part of) the vectors. With differences of 10 bits and a sign, all but the last of the six stages fit 16 bits; the
// last one is |p + q| + |p - q| = 2 max(|p|, |q|).
template <int kSize, class D>
HWY_INLINE uint32_t TransformedSum(D d, SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, int shift) {
  const hn::RebindToUnsigned<D> du;
  using V = hn::Vec<D>;
  V row[kSize];
  for (int y = 0; y < kSize; ++y) {
    row[y] = hn::BitCast(d, hn::Sub(hn::LoadU(du, a.row(y)), hn::LoadU(du, b.row(y))));
  }
  if (shift != 0) {
    for (V& r : row) r = hn::ShiftRight<2>(r);
  }
  for (int step = 1; step < kSize; step *= 2) {
    for (int y = 0; y < kSize; ++y) {
      if ((y & step) == 0) butterfly(row[y], row[y + step]);
    }
  }
  // Across: interleaving brings the two halves of a row's lanes into different registers and turns their order, so that
  // log2 kSize rounds of it pair every lane with each of its partners once.
  for (int step = 1; step < kSize / 2; step *= 2) {
    for (int y = 0; y < kSize; ++y) {
      if ((y & step) != 0) continue;
      V low = hn::InterleaveLower(d, row[y], row[y + step]);
      V high = hn::InterleaveUpper(d, row[y], row[y + step]);
      butterfly(low, high);
      row[y] = low;
      row[y + step] = high;
    }
  }
  const hn::Repartition<uint32_t, D> d32;
  auto sum = hn::Zero(d32);
  const auto low_half = hn::Set(d32, 0xffff);
  for (int y = 0; y < kSize / 2; ++y) {
    const V low = hn::InterleaveLower(d, row[y], row[y + kSize / 2]);
    const V high = hn::InterleaveUpper(d, row[y], row[y + kSize / 2]);
    const auto larger = hn::BitCast(d32, hn::Max(hn::Abs(low), hn::Abs(high)));
    sum = hn::Add(sum, hn::Add(hn::And(larger, low_half), hn::ShiftRight<16>(larger)));
  }
  return hn::GetLane(hn::SumOfLanes(d32, sum));
}

template <int kSize>
uint32_t TransformedSum(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, int shift, int blocks) {
  if (blocks == 1) return TransformedSum<kSize>(hn::CappedTag<int16_t, kSize>(), a, b, shift);
  return TransformedSum<kSize>(RowTag<kSize>(), a, b, shift);
}
#endif

template <int kSize>
uint32_t SumOfBlocks(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, int shift) {
  const int width = shape.width(), height = shape.height();
  const int blocks = width > kSize ? blocks_at_once<kSize>() : 1;
  uint32_t sum = 0;
  for (int y = 0; y < height; y += kSize) {
    for (int x = 0; x < width; x += kSize * blocks) {
      sum += TransformedSum<kSize>(a.at(x, y), b.at(x, y), shift, blocks);
    }
  }
  return (sum << shift) / (kSize / 2);
}

uint32_t Satd(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, int max_sample) {
  const int shift = max_sample > 1023 ? 2 : 0;
  if (std::min(shape.log2_width, shape.log2_height) < 3) return SumOfBlocks<4>(a, b, shape, shift);
  return SumOfBlocks<8>(a, b, shape, shift);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(Satd);

uint32_t satd(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, int max_sample) {
  return HWY_DYNAMIC_DISPATCH(Satd)(a, b, shape, max_sample);
}

}  // namespace laq::picture
#endif
