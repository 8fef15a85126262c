#include "metrics/ssimulacra2_rows.h"

#include <cmath>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/ssimulacra2_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// Constants and formulas of the colour space: ISO/IEC 18181-1, XYB; constants of the maps: libjxl,
// tools/ssimulacra2.cc.
HWY_BEFORE_NAMESPACE();
namespace laq::ssimulacra2::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Opsin absorbance: each row adds up to 1.
constexpr float kBias = 0.0037930732552754493f;
constexpr float kLongRed = 0.30f, kLongBlue = 0.078f;
constexpr float kMiddleRed = 0.23f, kMiddleBlue = 0.078f;
constexpr float kShortRed = 0.24342268924547819f, kShortGreen = 0.20476744424496821f;
constexpr float kCubeRootOfBias = 0.155954200549248620f;

// x: at least kBias. By r = x^(-1/3), from the exponent and two steps of third order, c = 1 - x r^3, r (1 + c/3 +
// 2c^2/9).
HWY_INLINE V cube_root(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V third = hn::Set(d, 1.0f / 3), two_ninths = hn::Set(d, 2.0f / 9), one = hn::Set(d, 1.0f);
  const auto bits = hn::ConvertTo(d, hn::BitCast(di, x));
  // 4/3 of the exponent's bias, lowered so that the first error is within +-4 %.
  const auto start = hn::Sub(hn::Set(di, 0x548c39cb), hn::ConvertTo(di, hn::Mul(bits, third)));
  V r = hn::BitCast(d, start);
  for (int step = 0; step < 2; ++step) {
    const V c = hn::NegMulAdd(hn::Mul(x, r), hn::Mul(r, r), one);
    r = hn::MulAdd(hn::Mul(r, c), hn::MulAdd(two_ninths, c, third), r);
  }
  return hn::Mul(x, hn::Mul(r, r));
}

// Scaled and shifted so that colours of sRGB give 0..1 in each plane.
HWY_INLINE V positive_x(D d, V l, V m) {
  return hn::MulAdd(hn::Sub(l, m), hn::Set(d, 7.0f), hn::Set(d, 0.42f));
}
HWY_INLINE V positive_y(D d, V y) {
  return hn::Add(y, hn::Set(d, 0.01f));
}
HWY_INLINE V positive_b(D d, V b, V y) {
  return hn::Add(hn::Sub(b, y), hn::Set(d, 0.55f));
}

void LinearToXyb(const float* red, const float* green, const float* blue, int width, float* x_out, float* y_out,
                 float* b_out) {
  const D d;
  const V bias = hn::Set(d, kBias), root_bias = hn::Set(d, kCubeRootOfBias), half = hn::Set(d, 0.5f);
  const auto absorb = [&](V r, V g, V b, float mr, float mg, float mb) HWY_ATTR {
    const V mixed = hn::MulAdd(r, hn::Set(d, mr), hn::MulAdd(g, hn::Set(d, mg), hn::MulAdd(b, hn::Set(d, mb), bias)));
    return hn::Sub(cube_root(d, mixed), root_bias);
  };
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    const V r = hn::Load(d, red + i), g = hn::Load(d, green + i), b = hn::Load(d, blue + i);
    const V l = absorb(r, g, b, kLongRed, 1 - kLongRed - kLongBlue, kLongBlue);
    const V m = absorb(r, g, b, kMiddleRed, 1 - kMiddleRed - kMiddleBlue, kMiddleBlue);
    const V s = absorb(r, g, b, kShortRed, kShortGreen, 1 - kShortRed - kShortGreen);
    const V y = hn::Mul(half, hn::Add(l, m));
    hn::Store(positive_x(d, l, m), d, x_out + i);
    hn::Store(positive_y(d, y), d, y_out + i);
    hn::Store(positive_b(d, s, y), d, b_out + i);
  }
}

void LinearToY(const float* gray, int width, float* out) {
  const D d;
  const V bias = hn::Set(d, kBias), root_bias = hn::Set(d, kCubeRootOfBias);
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    const V y = hn::Sub(cube_root(d, hn::Add(hn::Load(d, gray + i), bias)), root_bias);
    hn::Store(positive_y(d, y), d, out + i);
  }
}

void HalveRows(const float* above, const float* below, int width, float* out) {
  const D d;
  const V quarter = hn::Set(d, 0.25f);
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    V even_above, odd_above, even_below, odd_below;
    hn::LoadInterleaved2(d, above + 2 * i, even_above, odd_above);
    hn::LoadInterleaved2(d, below + 2 * i, even_below, odd_below);
    const V sum = hn::Add(hn::Add(even_above, odd_above), hn::Add(even_below, odd_below));
    hn::Store(hn::Mul(sum, quarter), d, out + i);
  }
}

#if HWY_TARGET == HWY_SCALAR

void BlurRow(const float* row, const RecursiveGaussian& gaussian, int width, float* out) {
  constexpr int kTerms = RecursiveGaussian::kTerms;
  std::array<std::array<float, 4>, kTerms> y{};
  for (int n = -RecursiveGaussian::kReach; n < width; n += 4) {
    for (int k = 0; k < kTerms; ++k) {
      const std::array<float, 4> last = y[k];
      for (int i = 0; i < 4; ++i) {
        y[k][i] = gaussian.from_last[k][i] * last[3] + gaussian.from_last_but_one[k][i] * last[2];
        for (int j = 0; j <= i; ++j) {
          const float* at = row + n + j;
          y[k][i] += gaussian.from_input[k][i - j] * (at[-RecursiveGaussian::kDelay] + at[RecursiveGaussian::kReach]);
        }
      }
    }
    for (int i = 0; i < 4 && n >= 0; ++i) out[n + i] = y[0][i] + (y[1][i] + y[2][i]);
  }
}

#else

void BlurRow(const float* row, const RecursiveGaussian& gaussian, int width, float* out) {
  const hn::FixedTag<float, 4> d;
  using V4 = hn::Vec<decltype(d)>;
  constexpr int kTerms = RecursiveGaussian::kTerms;
  V4 input[kTerms][4], from_last[kTerms], from_last_but_one[kTerms], y[kTerms];
  for (int k = 0; k < kTerms; ++k) {
    input[k][0] = hn::LoadU(d, gaussian.from_input[k].data());
    input[k][1] = hn::ShiftLeftLanes<1>(d, input[k][0]);
    input[k][2] = hn::ShiftLeftLanes<2>(d, input[k][0]);
    input[k][3] = hn::ShiftLeftLanes<3>(d, input[k][0]);
    from_last[k] = hn::LoadU(d, gaussian.from_last[k].data());
    from_last_but_one[k] = hn::LoadU(d, gaussian.from_last_but_one[k].data());
    y[k] = hn::Zero(d);
  }
  for (int n = -RecursiveGaussian::kReach; n < width; n += 4) {
    const V4 sum =
        hn::Add(hn::LoadU(d, row + n - RecursiveGaussian::kDelay), hn::LoadU(d, row + n + RecursiveGaussian::kReach));
    const V4 in0 = hn::Broadcast<0>(sum), in1 = hn::Broadcast<1>(sum), in2 = hn::Broadcast<2>(sum),
             in3 = hn::Broadcast<3>(sum);
    for (int k = 0; k < kTerms; ++k) {
      V4 next = hn::Mul(in0, input[k][0]);
      next = hn::MulAdd(in1, input[k][1], next);
      next = hn::MulAdd(in2, input[k][2], next);
      next = hn::MulAdd(in3, input[k][3], next);
      next = hn::MulAdd(hn::Broadcast<2>(y[k]), from_last_but_one[k], next);
      y[k] = hn::MulAdd(hn::Broadcast<3>(y[k]), from_last[k], next);
    }
    if (n >= 0) hn::Store(hn::Add(y[0], hn::Add(y[1], y[2])), d, out + n);
  }
}

#endif

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
    const V turned = hn::NegMulSub(hn::Set(d, gaussian.turn[k]), last, last_but_one);
    y[k] = hn::MulAdd(hn::Set(d, gaussian.gain[k]), sum, turned);
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
    hn::Store(hn::NegMulAdd(mu, mu, blur_column(d, squares, gaussian, i)), d, variance + i);
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
    const V variance2 = hn::NegMulAdd(mu2, mu2, blur_column(d, distorted.squares, gaussian, i));
    const V covariance = hn::NegMulAdd(mu1, mu2, blur_column(d, distorted.products, gaussian, i));

    const V difference = hn::Sub(mu1, mu2);
    const V luminance = hn::NegMulAdd(difference, difference, one);
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
HWY_EXPORT(LinearToY);
HWY_EXPORT(HalveRows);
HWY_EXPORT(BlurRow);
HWY_EXPORT(MultiplyRows);
HWY_EXPORT(AdvanceColumns);
HWY_EXPORT(MeanAndVariance);
HWY_EXPORT(AddErrorMaps);

void linear_to_xyb(const float* r, const float* g, const float* b, int width, float* x, float* y, float* z) {
  HWY_DYNAMIC_DISPATCH(LinearToXyb)(r, g, b, width, x, y, z);
}

void linear_to_y(const float* gray, int width, float* y) {
  HWY_DYNAMIC_DISPATCH(LinearToY)(gray, width, y);
}

void halve_rows(const float* above, const float* below, int width, float* out) {
  HWY_DYNAMIC_DISPATCH(HalveRows)(above, below, width, out);
}

void blur_row(const float* row, const RecursiveGaussian& gaussian, int width, float* out) {
  HWY_DYNAMIC_DISPATCH(BlurRow)(row, gaussian, width, out);
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
