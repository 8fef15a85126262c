// All products are 16-bit "fixed point" products: product(a, b) = (a b + 2^14) >> 15, one instruction on most CPUs.
// Factors are arranged so that two or more bits below the sample's last are kept until the final rounding.
#include "picture/reconstruct/predict.h"

#include <algorithm>
#include <array>

#include "base/scalable_targets.h"
#include "picture/geometry.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/reconstruct/predict.cpp"
// Vectors stand in arrays here, which scalable vectors cannot.
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "picture/reconstruct/block_vectors-inl.h"

// What follows does not depend on the target, so it is compiled once.
#ifndef LAQ_PICTURE_PREDICT_ONCE
#define LAQ_PICTURE_PREDICT_ONCE
namespace laq::picture {
namespace {

// How far the reference moves along its side from one row (column) to the next, in 1/32 sample, for directions 0 .. 16
// away from the vertical (horizontal): 32 (k / 16)^1.25, denser near the axes where natural edges are.
constexpr std::array<int8_t, 17> kDisplacement = {0, 1, 2, 4, 6, 7, 9, 11, 13, 16, 18, 20, 22, 25, 27, 30, 32};

// Taps of the interpolation at f / 32 between the second and third of four samples, in 1/2^15, without that of the
// second, which is what the others leave.
struct Taps {
  int16_t first, third, fourth;
};

// Catmull-Rom cubic: keeps edges sharp.
constexpr std::array<Taps, 32> make_cubic() {
  std::array<Taps, 32> taps{};
  for (int f = 0; f < 32; ++f) {  // t = f / 32; halves of odd f are cut off towards zero
    taps[f].first = static_cast<int16_t>((-f * f * f + 2 * 32 * f * f - 32 * 32 * f) / 2);
    taps[f].third = static_cast<int16_t>((-3 * f * f * f + 4 * 32 * f * f + 32 * 32 * f) / 2);
    taps[f].fourth = static_cast<int16_t>((f * f * f - 32 * f * f) / 2);
  }
  return taps;
}

// Linear interpolation of samples smoothed by (1 2 1) / 4: for large blocks, whose borders' noise would be drawn out
// far.
constexpr std::array<Taps, 32> make_smooth() {
  std::array<Taps, 32> taps{};
  for (int f = 0; f < 32; ++f) {
    taps[f] = {static_cast<int16_t>((32 - f) * 256), static_cast<int16_t>((32 + f) * 256),
               static_cast<int16_t>(f * 256)};
  }
  return taps;
}

constexpr std::array<Taps, 32> kCubic = make_cubic();
constexpr std::array<Taps, 32> kSmooth = make_smooth();

constexpr int kLargestCubic = 6;  // log2 of the area of the largest blocks that are interpolated sharply

// The weight of a border at distance i from it, in 1/2^14: a half beside it, a quarter one or more samples on, and so
// on.
constexpr int border_weight(int i, int scale) {
  const int halvings = 2 * i >> scale;
  return halvings > 5 ? 0 : (32 >> halvings) * 256;
}

}  // namespace
}  // namespace laq::picture
#endif

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <int kLanes>
using Row = hn::CappedTag<int16_t, kLanes>;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const uint16_t* p) {
  return hn::BitCast(d, hn::LoadU(hn::RebindToUnsigned<D>(), p));
}

template <class D>
HWY_INLINE void store(hn::Vec<D> v, D, uint16_t* p) {
  const hn::RebindToUnsigned<D> du;
  hn::StoreU(hn::BitCast(du, v), du, p);
}

// 4 (to - from) weight / 2^14.
template <class V>
HWY_INLINE V quadruple_share(V from, V to, V weight) {
  return hn::MulFixedPoint15(hn::ShiftLeft<3>(hn::Sub(to, from)), weight);
}

void Smooth(int mode, const Neighbours& neighbours, BlockShape shape, SampleRows<uint16_t> out) {
  const int width = shape.width(), height = shape.height();
  const uint16_t *const above = neighbours.above, *const left = neighbours.left;
  alignas(64) int16_t weights[kSuperblockSize];  // (x + 1) / width in 1/2^14
  for (int x = 0; x < width; ++x) weights[x] = static_cast<int16_t>((x + 1) * (16384 / width));
  for_each_vector(shape, [&](auto d, int x, int y) HWY_ATTR {
    auto sum = hn::Zero(d);
    if (mode != kSmoothVerticalMode) {
      const auto from = hn::Set(d, static_cast<int16_t>(left[y])),
                 to = hn::Set(d, static_cast<int16_t>(above[width - 1]));
      sum = hn::Add(hn::ShiftLeft<2>(from), quadruple_share(from, to, hn::LoadU(d, weights + x)));
    }
    if (mode != kSmoothHorizontalMode) {
      const auto from = load(d, above + x), to = hn::Set(d, static_cast<int16_t>(left[height - 1]));
      const auto weight = hn::Set(d, static_cast<int16_t>((y + 1) * (16384 / height)));
      sum = hn::Add(sum, hn::Add(hn::ShiftLeft<2>(from), quadruple_share(from, to, weight)));
    }
    const auto rounded = mode == kSmoothMode ? hn::ShiftRight<3>(hn::Add(sum, hn::Set(d, 4)))
                                             : hn::ShiftRight<2>(hn::Add(sum, hn::Set(d, 2)));
    store(rounded, d, out.row(y) + x);
  });
}

// Source: W3C PNG specification, section 9.4 (the order of preference is left, above, corner).
void Paeth(const Neighbours& neighbours, BlockShape shape, SampleRows<uint16_t> out) {
  for_each_vector(shape, [&](auto d, int x, int y) HWY_ATTR {
    const auto above = load(d, neighbours.above + x);
    const auto left = hn::Set(d, static_cast<int16_t>(neighbours.left[y]));
    const auto corner = hn::Set(d, static_cast<int16_t>(neighbours.above[-1]));
    // Distances of left + above - corner to each of the three.
    const auto to_left = hn::Abs(hn::Sub(above, corner));
    const auto to_above = hn::Abs(hn::Sub(left, corner));
    const auto to_corner = hn::Abs(hn::Add(hn::Sub(above, corner), hn::Sub(left, corner)));
    const auto other = hn::IfThenElse(hn::Gt(to_above, to_corner), corner, above);
    const auto nearest_other = hn::Min(to_above, to_corner);
    store(hn::IfThenElse(hn::Gt(to_left, nearest_other), other, left), d, out.row(y) + x);
  });
}

// Writes rows whose reference moves by `displacement` / 32 samples a row along `reference`.
template <int kLanes>
HWY_INLINE void DirectionalRows(const uint16_t* reference, int displacement, const std::array<Taps, 32>& taps,
                                BlockShape shape, int max_sample, SampleRows<uint16_t> out) {
  const Row<kLanes> d;
  const int width = shape.width(), height = shape.height();
  const auto highest = hn::Set(d, static_cast<int16_t>(max_sample));
  for (int y = 0; y < height; ++y) {
    const int position = (y + 1) * displacement;
    const uint16_t* const row = reference + (position >> 5);
    const Taps& t = taps[position & 31];
    const auto first = hn::Set(d, t.first), third = hn::Set(d, t.third), fourth = hn::Set(d, t.fourth);
    for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) {
      const auto centre = load(d, row + x);
      const auto difference = [&](int offset)
                                  HWY_ATTR { return hn::ShiftLeft<2>(hn::Sub(load(d, row + x + offset), centre)); };
      auto sum = hn::Add(hn::ShiftLeft<2>(centre), hn::MulFixedPoint15(difference(1), third));
      sum = hn::Add(sum, hn::MulFixedPoint15(difference(-1), first));
      sum = hn::Add(sum, hn::MulFixedPoint15(difference(2), fourth));
      const auto rounded = hn::ShiftRight<2>(hn::Add(sum, hn::Set(d, 2)));
      store(hn::Clamp(rounded, hn::Zero(d), highest), d, out.row(y) + x);
    }
  }
}

// out[x][y] = in[y][x] for an 8x8 block; in and out may not overlap.
#if HWY_TARGET == HWY_SCALAR  // lacks the interleaving
void Transpose8x8(const uint16_t* in, ptrdiff_t in_stride, uint16_t* out, ptrdiff_t out_stride) {
  for (int i = 0; i < 64; ++i) out[(i % 8) * out_stride + i / 8] = in[(i / 8) * in_stride + i % 8];
}
#else
HWY_INLINE void Transpose8x8(const uint16_t* in, ptrdiff_t in_stride, uint16_t* out, ptrdiff_t out_stride) {
  const Row<8> d;
  using V = hn::Vec<Row<8>>;
  V v[8], w[8];
  for (int y = 0; y < 8; ++y) v[y] = load(d, in + y * in_stride);
  // Three rounds of interleaving rows i and i + 4 make columns of rows.
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      w[2 * i] = hn::InterleaveLower(d, v[i], v[i + 4]);
      w[2 * i + 1] = hn::InterleaveUpper(d, v[i], v[i + 4]);
    }
    std::copy_n(w, 8, v);
  }
  for (int y = 0; y < 8; ++y) store(v[y], d, out + y * out_stride);
}
#endif

// out[x][y] = in[y][x]; shape: that of `in`.
void Transpose(SampleRows<const uint16_t> in, BlockShape shape, SampleRows<uint16_t> out) {
  const int width = shape.width(), height = shape.height();
  if (width == 4 || height == 4) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) out.row(x)[y] = in.row(y)[x];
    }
    return;
  }
  for (int y = 0; y < height; y += 8) {
    for (int x = 0; x < width; x += 8) {
      Transpose8x8(in.row(y) + x, in.stride, out.row(x) + y, out.stride);
    }
  }
}

// Predicts from the side `above`. For directions that come from the left the block is turned: its left side is `above`.
void Directional(const Neighbours& sides, int displacement, BlockShape shape, int max_sample,
                 SampleRows<uint16_t> out) {
  const uint16_t *const main = sides.above, *const side = sides.left;
  const int width = shape.width(), height = shape.height();
  alignas(64) uint16_t extended[16 + 2 * kSuperblockSize + 64];
  const uint16_t* reference = main;
  if (displacement < 0) {
    // Beyond the corner the reference is the other side, projected along the direction.
    uint16_t* const begin = extended + 16 + kSuperblockSize;
    std::copy_n(main - 1, width + 4, begin - 1);
    const int drop = -displacement;
    const int behind = (height * drop >> 5) + 2;  // samples before main[-1] that rows reach
    for (int i = 1; i <= behind; ++i) begin[-1 - i] = side[std::min((i * 32 + drop / 2) / drop, height + width) - 1];
    reference = begin;
  }
  const std::array<Taps, 32>& taps = displacement == 0 || shape.log2_area() <= kLargestCubic ? kCubic : kSmooth;
  if (width == 4) return DirectionalRows<4>(reference, displacement, taps, shape, max_sample, out);
  if (width == 8) return DirectionalRows<8>(reference, displacement, taps, shape, max_sample, out);
  DirectionalRows<16>(reference, displacement, taps, shape, max_sample, out);
}

void Fill(int value, BlockShape shape, SampleRows<uint16_t> out) {
  for_each_vector(
      shape, [&](auto d, int x, int y) HWY_ATTR { store(hn::Set(d, static_cast<int16_t>(value)), d, out.row(y) + x); });
}

// Draws what is predicted nearer to the borders, the more the closer it is to them.
void CombineWithBorders(const Neighbours& neighbours, BlockShape shape, SampleRows<uint16_t> out) {
  const int scale = (shape.log2_area() - 2) >> 2;
  const int reach = 3 << scale;  // samples that have a weight
  alignas(64) int16_t weights[kSuperblockSize];
  for (int x = 0; x < shape.width(); ++x) weights[x] = static_cast<int16_t>(border_weight(x, scale));
  for_each_vector(shape, [&](auto d, int x, int y) HWY_ATTR {
    if (x >= reach && y >= reach) return;
    uint16_t* const samples = out.row(y) + x;
    const auto predicted = load(d, samples), left = hn::Set(d, static_cast<int16_t>(neighbours.left[y]));
    const auto weight_above = hn::Set(d, static_cast<int16_t>(border_weight(y, scale)));
    auto sum = hn::Add(hn::ShiftLeft<2>(predicted), quadruple_share(predicted, left, hn::LoadU(d, weights + x)));
    sum = hn::Add(sum, quadruple_share(predicted, load(d, neighbours.above + x), weight_above));
    store(hn::ShiftRight<2>(hn::Add(sum, hn::Set(d, 2))), d, samples);
  });
}

int Mean(const Neighbours& neighbours, BlockShape shape) {
  const int width = shape.width(), height = shape.height();
  int sum = (width + height) / 2;
  for (int x = 0; x < width; ++x) sum += neighbours.above[x];
  for (int y = 0; y < height; ++y) sum += neighbours.left[y];
  return sum / (width + height);
}

void Predict(int mode, const Neighbours& neighbours, BlockShape shape, int max_sample, SampleRows<uint16_t> out) {
  if (mode == kPaethMode) return Paeth(neighbours, shape, out);
  if (mode < kFirstDirection) {
    if (mode == kDcMode) {
      Fill(Mean(neighbours, shape), shape, out);
    } else {
      Smooth(mode, neighbours, shape, out);
    }
    if (mode == kDcMode || mode == kSmoothMode) CombineWithBorders(neighbours, shape, out);
    return;
  }
  const auto displacement_of = [](int turn) { return turn < 0 ? -kDisplacement[-turn] : kDisplacement[turn]; };
  if (mode - kFirstDirection >= kDirections / 2) {
    return Directional(neighbours, displacement_of(mode - kVerticalMode), shape, max_sample, out);
  }
  alignas(64) uint16_t samples[kSuperblockSize * kSuperblockSize + 16];
  const SampleRows<uint16_t> turned{samples, shape.height()};
  Directional({neighbours.left, neighbours.above}, displacement_of(kHorizontalMode - mode), shape.transposed(),
              max_sample, turned);
  Transpose(turned, shape.transposed(), out);
}

void PredictFromLuma(SampleRows<const uint16_t> luma, int alpha, const Neighbours& neighbours, BlockShape shape,
                     int max_sample, SampleRows<uint16_t> out) {
  const auto chroma_mean = static_cast<int16_t>(Mean(neighbours, shape));
  uint32_t sum = 1u << shape.log2_area() >> 1;
  for (int y = 0; y < shape.height(); ++y) {
    for (int x = 0; x < shape.width(); ++x) sum += luma.row(y)[x];
  }
  const auto mean = static_cast<int16_t>(sum >> shape.log2_area());
  for_each_vector(shape, [&](auto d, int x, int y) HWY_ATTR {
    const auto deviation = hn::Sub(load(d, luma.row(y) + x), hn::Set(d, mean));
    // 8 deviation alpha 2^10 / 2^15 is twice the scaled deviation.
    const auto doubled =
        hn::MulFixedPoint15(hn::ShiftLeft<3>(deviation), hn::Set(d, static_cast<int16_t>(alpha * 1024)));
    const auto scaled = hn::ShiftRight<1>(hn::Add(doubled, hn::Set(d, 1)));
    const auto sum_of_both = hn::Add(hn::Set(d, chroma_mean), scaled);
    store(hn::Clamp(sum_of_both, hn::Zero(d), hn::Set(d, static_cast<int16_t>(max_sample))), d, out.row(y) + x);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {

HWY_EXPORT(Predict);
HWY_EXPORT(PredictFromLuma);

void predict(int mode, const Neighbours& neighbours, BlockShape shape, int max_sample, SampleRows<uint16_t> out) {
  HWY_DYNAMIC_DISPATCH(Predict)(mode, neighbours, shape, max_sample, out);
}

void predict_from_luma(SampleRows<const uint16_t> luma, int alpha, const Neighbours& neighbours, BlockShape shape,
                       int max_sample, SampleRows<uint16_t> out) {
  HWY_DYNAMIC_DISPATCH(PredictFromLuma)(luma, alpha, neighbours, shape, max_sample, out);
}

}  // namespace laq::picture
#endif
