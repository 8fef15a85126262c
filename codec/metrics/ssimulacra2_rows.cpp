#include "metrics/ssimulacra2_steps.h"

#include <algorithm>
#include <cstdint>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/ssimulacra2_rows.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS  // vectors stand in structures here
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "metrics/fused_multiply_add-inl.h"

// Constants and formulas of the colour space: ISO/IEC 18181-1, XYB; constants of the maps: libjxl,
// tools/ssimulacra2.cc. The order of operations decides how their results round; see RecursiveGaussian why that
// matters.
HWY_BEFORE_NAMESPACE();
namespace laq::ssimulacra2::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using laq::HWY_NAMESPACE::fused_multiply_add;
using laq::HWY_NAMESPACE::fused_negative_multiply_add;

// Opsin absorbance: each row adds up to 1.
constexpr float kBias = 0.0037930732552754493f;
constexpr float kCubeRootOfBias = 0.155954200549248620f;
constexpr float kLongRed = 0.30f, kLongBlue = 0.078f, kLongGreen = 1 - kLongBlue - kLongRed;
constexpr float kMiddleRed = 0.23f, kMiddleBlue = 0.078f, kMiddleGreen = 1 - kMiddleBlue - kMiddleRed;
constexpr float kShortRed = 0.24342268924547819f, kShortGreen = 0.20476744424496821f;
constexpr float kShortBlue = 1 - kShortRed - kShortGreen;

// cbrt(x + bias) - cbrt(bias) for x + bias >= 0. Newton's iteration r <- r (4 - v r^3) / 3 for v^(-1/3), started from
// the exponent alone; its last step as r + (r - v r^4) / 3.
HWY_INLINE V biased_cube_root(D d, V biased) {
  const hn::RebindToSigned<D> di;
  constexpr int32_t kOneAndAThird = 0x54800000;  // bits of 1.0, and a third of its exponent more
  constexpr int32_t kThirdOfExponent = 0x002AAAAA;
  const V third = hn::Set(d, 1.0f / 3), four_thirds = hn::Set(d, 4.0f / 3);
  const auto exponent = hn::ShiftRight<23>(hn::BitCast(di, biased));
  V r = hn::BitCast(d, hn::Sub(hn::Set(di, kOneAndAThird), hn::Mul(exponent, hn::Set(di, kThirdOfExponent))));
  const auto fourth_power = [](V v) HWY_ATTR {
    const V square = hn::Mul(v, v);
    return hn::Mul(square, square);
  };
  const V third_of_biased = hn::Mul(third, biased);
  for (int step = 0; step < 3; ++step) {
    r = fused_negative_multiply_add(d, third_of_biased, fourth_power(r), hn::Mul(four_thirds, r));
  }
  r = fused_multiply_add(d, third, fused_negative_multiply_add(d, biased, fourth_power(r), r), r);
  return fused_multiply_add(d, hn::Mul(r, r), biased, hn::Set(d, -kCubeRootOfBias));
}

void LinearToXyb(const float* red, const float* green, const float* blue, int width, float* x_out, float* y_out,
                 float* b_out) {
  const D d;
  const V half = hn::Set(d, 0.5f), bias = hn::Set(d, kBias);
  const auto absorb = [&](V r, V g, V b, float mr, float mg, float mb) HWY_ATTR {
    const V of_blue = fused_multiply_add(d, hn::Set(d, mb), b, bias);
    const V of_green_too = fused_multiply_add(d, hn::Set(d, mg), g, of_blue);
    // Colours outside of sRGB may be below zero.
    return biased_cube_root(d, hn::Max(fused_multiply_add(d, hn::Set(d, mr), r, of_green_too), hn::Zero(d)));
  };
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    const V r = hn::Load(d, red + i), g = hn::Load(d, green + i), b = hn::Load(d, blue + i);
    const V l = absorb(r, g, b, kLongRed, kLongGreen, kLongBlue);
    const V m = absorb(r, g, b, kMiddleRed, kMiddleGreen, kMiddleBlue);
    const V s = absorb(r, g, b, kShortRed, kShortGreen, kShortBlue);
    const V x = hn::Mul(half, hn::Sub(l, m)), y = hn::Mul(half, hn::Add(l, m));
    // Scaled and shifted so that colours of sRGB give 0..1 in each plane.
    hn::Store(hn::Add(hn::Mul(x, hn::Set(d, 14.0f)), hn::Set(d, 0.42f)), d, x_out + i);
    hn::Store(hn::Add(y, hn::Set(d, 0.01f)), d, y_out + i);
    hn::Store(hn::Add(hn::Sub(s, y), hn::Set(d, 0.55f)), d, b_out + i);
  }
}

void HalveRows(const float* above, const float* below, int width, float* out) {
  const D d;
  const V quarter = hn::Set(d, 0.25f);
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    V even_above, odd_above, even_below, odd_below;
    hn::LoadInterleaved2(d, above + 2 * i, even_above, odd_above);
    hn::LoadInterleaved2(d, below + 2 * i, even_below, odd_below);
    const V sum = hn::Add(hn::Add(hn::Add(even_above, odd_above), even_below), odd_below);
    hn::Store(hn::Mul(sum, quarter), d, out + i);
  }
}

#if HWY_TARGET == HWY_SCALAR

constexpr int kRowsAtOnce = 1;

HWY_INLINE void blur_at_once(const float* const* rows, const RecursiveGaussian& gaussian, int width,
                             float* const* out) {
  constexpr int kTerms = RecursiveGaussian::kTerms, kReach = RecursiveGaussian::kReach,
                kDelay = RecursiveGaussian::kDelay;
  const D d;
  const float* const row = rows[0];
  V last[kTerms], last_but_one[kTerms];  // y_k(n - 1) and y_k(n - 2)
  for (int k = 0; k < kTerms; ++k) last[k] = last_but_one[k] = hn::Zero(d);
  // Makes `count` outputs from as many inputs and the two outputs before.
  const auto step = [&](int n, int count) {
    float sums[4] = {};
    for (int k = kTerms - 1; k >= 0; --k) {
      V y[4];
      for (int i = 0; i < count; ++i) {
        y[i] = hn::Zero(d);
        for (int j = 0; j <= i; ++j) {
          const V in = hn::Set(d, row[n + j - kDelay] + row[n + j + kReach]);
          y[i] = fused_multiply_add(d, in, hn::Set(d, gaussian.from_input[k][i - j]), y[i]);
        }
        y[i] = fused_multiply_add(d, hn::Set(d, gaussian.from_last_but_one[k][i]), last_but_one[k], y[i]);
        y[i] = fused_multiply_add(d, hn::Set(d, gaussian.from_last[k][i]), last[k], y[i]);
        sums[i] = hn::GetLane(y[i]) + sums[i];
      }
      last_but_one[k] = count == 1 ? last[k] : y[count - 2];
      last[k] = y[count - 1];
    }
    for (int i = std::max(0, -n); i < count; ++i) out[0][n + i] = sums[i];
  };
  int n = -kReach;
  for (; n < std::min(2 * kReach, width); ++n) step(n, 1);
  for (; n + 3 + kReach < width; n += 4) step(n, 4);
  for (; n < width; ++n) step(n, 1);
}

#else

// Vectors of four samples of each of several rows; the most that the target has.
using RowsTag = hn::CappedTag<float, 16>;
constexpr int kRowsAtOnce = static_cast<int>(hn::MaxLanes(RowsTag()) / 4);

template <class Tag>
HWY_INLINE hn::Vec<Tag> load_rows(Tag d, const float* const* rows, int x) {
  if constexpr (hn::MaxLanes(Tag()) <= 4) {
    return hn::LoadU(d, rows[0] + x);
  } else {
    const hn::Half<Tag> half;
    return hn::Combine(d, load_rows(half, rows + hn::MaxLanes(half) / 4, x), load_rows(half, rows, x));
  }
}

template <class Tag>
HWY_INLINE void store_rows(Tag d, hn::Vec<Tag> v, float* const* rows, int x) {
  if constexpr (hn::MaxLanes(Tag()) <= 4) {
    hn::StoreU(v, d, rows[0] + x);
  } else {
    const hn::Half<Tag> half;
    store_rows(half, hn::LowerHalf(half, v), rows, x);
    store_rows(half, hn::UpperHalf(half, v), rows + hn::MaxLanes(half) / 4, x);
  }
}

HWY_INLINE void blur_at_once(const float* const* rows, const RecursiveGaussian& gaussian, int width,
                             float* const* out) {
  constexpr int kTerms = RecursiveGaussian::kTerms, kReach = RecursiveGaussian::kReach,
                kDelay = RecursiveGaussian::kDelay;
  const RowsTag d;
  using Rows = hn::Vec<RowsTag>;
  Rows last[kTerms], last_but_one[kTerms];  // y_k(n - 1) and y_k(n - 2), in the four lanes of their row
  for (int k = 0; k < kTerms; ++k) last[k] = last_but_one[k] = hn::Zero(d);

  const auto one_until = [&](int n, int end) HWY_ATTR {
    for (; n < end; ++n) {
      const Rows in = hn::Broadcast<0>(hn::Add(load_rows(d, rows, n - kDelay), load_rows(d, rows, n + kReach)));
      for (int k = 0; k < kTerms; ++k) {
        Rows y = hn::Mul(in, hn::Set(d, gaussian.from_input[k][0]));
        y = fused_multiply_add(d, hn::Set(d, gaussian.from_last_but_one[k][0]), last_but_one[k], y);
        y = fused_multiply_add(d, hn::Set(d, gaussian.from_last[k][0]), last[k], y);
        last_but_one[k] = last[k];
        last[k] = y;
      }
      // What it writes after column n is written again, or is behind the row.
      if (n >= 0) store_rows(d, hn::Add(last[0], hn::Add(last[1], last[2])), out, n);
    }
    return n;
  };

  int n = one_until(-kReach, std::min(2 * kReach, width));
  Rows input[kTerms][4], from_last[kTerms], from_last_but_one[kTerms];
  for (int k = 0; k < kTerms; ++k) {
    input[k][0] = hn::LoadDup128(d, gaussian.from_input[k].data());
    input[k][1] = hn::ShiftLeftLanes<1>(d, input[k][0]);
    input[k][2] = hn::ShiftLeftLanes<2>(d, input[k][0]);
    input[k][3] = hn::ShiftLeftLanes<3>(d, input[k][0]);
    from_last[k] = hn::LoadDup128(d, gaussian.from_last[k].data());
    from_last_but_one[k] = hn::LoadDup128(d, gaussian.from_last_but_one[k].data());
  }
  for (; n + 3 + kReach < width; n += 4) {
    const Rows in = hn::Add(load_rows(d, rows, n - kDelay), load_rows(d, rows, n + kReach));
    const Rows in0 = hn::Broadcast<0>(in), in1 = hn::Broadcast<1>(in), in2 = hn::Broadcast<2>(in),
               in3 = hn::Broadcast<3>(in);
    Rows y[kTerms];
    for (int k = 0; k < kTerms; ++k) {
      y[k] = hn::Mul(in0, input[k][0]);
      y[k] = fused_multiply_add(d, in1, input[k][1], y[k]);
      y[k] = fused_multiply_add(d, in2, input[k][2], y[k]);
      y[k] = fused_multiply_add(d, in3, input[k][3], y[k]);
      y[k] = fused_multiply_add(d, from_last_but_one[k], last_but_one[k], y[k]);
      y[k] = fused_multiply_add(d, from_last[k], last[k], y[k]);
      last_but_one[k] = hn::Broadcast<2>(y[k]);
      last[k] = hn::Broadcast<3>(y[k]);
    }
    store_rows(d, hn::Add(y[0], hn::Add(y[1], y[2])), out, n);
  }
  one_until(n, width);
}

#endif

void BlurRows(const BlurredRow* rows, int count, const RecursiveGaussian& gaussian, int width) {
  for (int first = 0; first < count; first += kRowsAtOnce) {
    const float* in[kRowsAtOnce];
    float* out[kRowsAtOnce];
    for (int i = 0; i < kRowsAtOnce; ++i) {
      const BlurredRow& row = rows[std::min(first + i, count - 1)];  // the last one again, where they are fewer
      in[i] = row.in;
      out[i] = row.out;
    }
    blur_at_once(in, gaussian, width, out);
  }
}

void MultiplyRows(const float* a, const float* b, int width, float* out) {
  const D d;
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    hn::Store(hn::Mul(hn::Load(d, a + i), hn::Load(d, b + i)), d, out + i);
  }
}

// The blur's row n at column i.
HWY_INLINE V blur_column(D d, const ColumnBlur& columns, const RecursiveGaussian& gaussian, int i) {
  const V sum = hn::Add(hn::Load(d, columns.entering + i), hn::Load(d, columns.leaving + i));
  V y[RecursiveGaussian::kTerms];
  for (int k = 0; k < RecursiveGaussian::kTerms; ++k) {
    const V last = hn::Load(d, columns.last[k] + i), last_but_one = hn::Load(d, columns.current[k] + i);
    const V turned = fused_multiply_add(d, hn::Set(d, -gaussian.turn[k]), last, hn::Neg(last_but_one));
    y[k] = fused_multiply_add(d, hn::Set(d, gaussian.gain[k]), sum, turned);
    hn::Store(y[k], d, columns.current[k] + i);
  }
  return hn::Add(y[0], hn::Add(y[1], y[2]));
}

void AdvanceColumns(const ColumnBlur& columns, const RecursiveGaussian& gaussian, int width) {
  const D d;
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) blur_column(d, columns, gaussian, i);
}

void MeanAndVariance(const ColumnBlur& values, const ColumnBlur& squares, const RecursiveGaussian& gaussian, int width,
                     float* mean, float* variance) {
  const D d;
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    const V mu = blur_column(d, values, gaussian, i);
    hn::Store(mu, d, mean + i);
    hn::Store(hn::Sub(blur_column(d, squares, gaussian, i), hn::Mul(mu, mu)), d, variance + i);
  }
}

// 1-norm and 4-norm of a map, added up.
struct NormSums {
  V sum, sum_4;
  HWY_INLINE void add(V error) {
    const V square = hn::Mul(error, error);
    sum = hn::Add(sum, error);
    sum_4 = hn::MulAdd(square, square, sum_4);
  }
};

void AddErrorMaps(const ReferenceRow& reference, const DistortedRow& distorted, const RecursiveGaussian& gaussian,
                  int width, MapSums& sums) {
  const D d;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f), c2 = hn::Set(d, 0.0009f);
  NormSums ssim{zero, zero}, artifact{zero, zero}, lost{zero, zero};
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    const V mu1 = hn::Load(d, reference.mean + i);
    const V mu2 = blur_column(d, distorted.values, gaussian, i);
    const V variance1 = hn::Load(d, reference.variance + i);
    const V variance2 = hn::Sub(blur_column(d, distorted.squares, gaussian, i), hn::Mul(mu2, mu2));
    const V covariance = hn::Sub(blur_column(d, distorted.products, gaussian, i), hn::Mul(mu1, mu2));

    const V difference = hn::Sub(mu1, mu2);
    const V luminance = fused_negative_multiply_add(d, difference, difference, one);
    const V structure = hn::Add(hn::Add(covariance, covariance), c2);
    const V denominator = hn::Add(hn::Add(variance1, variance2), c2);
    const V error = hn::Max(hn::Sub(one, hn::Div(hn::Mul(luminance, structure), denominator)), zero);

    // (1 + edge2) / (1 + edge1) - 1
    const V edge1 = hn::AbsDiff(hn::Load(d, reference.image + i), mu1);
    const V edge2 = hn::AbsDiff(hn::Load(d, distorted.image + i), mu2);
    const V gain = hn::Div(hn::Sub(edge2, edge1), hn::Add(one, edge1));

    const auto inside = hn::FirstN(d, static_cast<size_t>(width - i));  // all lanes but in the last vector
    ssim.add(hn::IfThenElseZero(inside, error));
    artifact.add(hn::IfThenElseZero(inside, hn::Max(gain, zero)));
    lost.add(hn::IfThenElseZero(inside, hn::Max(hn::Neg(gain), zero)));
  }
  const auto total = [&](V v) HWY_ATTR { return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, v))); };
  sums.ssim += total(ssim.sum);
  sums.ssim_4 += total(ssim.sum_4);
  sums.artifact += total(artifact.sum);
  sums.artifact_4 += total(artifact.sum_4);
  sums.lost += total(lost.sum);
  sums.lost_4 += total(lost.sum_4);
}

}  // namespace laq::ssimulacra2::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::ssimulacra2 {

HWY_EXPORT(LinearToXyb);
HWY_EXPORT(HalveRows);
HWY_EXPORT(BlurRows);
HWY_EXPORT(MultiplyRows);
HWY_EXPORT(AdvanceColumns);
HWY_EXPORT(MeanAndVariance);
HWY_EXPORT(AddErrorMaps);

void linear_to_xyb(const float* r, const float* g, const float* b, int width, float* x, float* y, float* z) {
  HWY_DYNAMIC_DISPATCH(LinearToXyb)(r, g, b, width, x, y, z);
}

void halve_rows(const float* above, const float* below, int width, float* out) {
  HWY_DYNAMIC_DISPATCH(HalveRows)(above, below, width, out);
}

void blur_rows(const BlurredRow* rows, int count, const RecursiveGaussian& gaussian, int width) {
  HWY_DYNAMIC_DISPATCH(BlurRows)(rows, count, gaussian, width);
}

void multiply_rows(const float* a, const float* b, int width, float* out) {
  HWY_DYNAMIC_DISPATCH(MultiplyRows)(a, b, width, out);
}

void advance_columns(const ColumnBlur& columns, const RecursiveGaussian& gaussian, int width) {
  HWY_DYNAMIC_DISPATCH(AdvanceColumns)(columns, gaussian, width);
}

void mean_and_variance(const ColumnBlur& values, const ColumnBlur& squares, const RecursiveGaussian& gaussian,
                       int width, float* mean, float* variance) {
  HWY_DYNAMIC_DISPATCH(MeanAndVariance)(values, squares, gaussian, width, mean, variance);
}

void add_error_maps(const ReferenceRow& reference, const DistortedRow& distorted, const RecursiveGaussian& gaussian,
                    int width, MapSums& sums) {
  HWY_DYNAMIC_DISPATCH(AddErrorMaps)(reference, distorted, gaussian, width, sums);
}

}  // namespace laq::ssimulacra2
#endif
