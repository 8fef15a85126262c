#include "metrics/linear_light.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/linear_light.cpp"
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS  // vectors stand in structures here
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "metrics/code_points.h"
#include "metrics/comparison.h"
#include "metrics/fused_multiply_add-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Samples of `kChannels` channels as rows of 0..1, one a channel.
template <int kChannels, class Sample>
void separate(const Sample* pixels, int width, int maximum, Plane<float>& out) {
  const D d;
  const hn::Rebind<Sample, D> d_sample;
  const hn::RebindToSigned<D> d_integer;
  using Samples = hn::Vec<decltype(d_sample)>;
  const float unit = 1.0f / static_cast<float>(maximum);
  const int lanes = static_cast<int>(hn::Lanes(d));
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    const Sample* const from = pixels + x * kChannels;
    Samples samples[kChannels];
    if constexpr (kChannels == 1) samples[0] = hn::LoadU(d_sample, from);
    if constexpr (kChannels == 2) hn::LoadInterleaved2(d_sample, from, samples[0], samples[1]);
    if constexpr (kChannels == 3) hn::LoadInterleaved3(d_sample, from, samples[0], samples[1], samples[2]);
    if constexpr (kChannels == 4) {
      hn::LoadInterleaved4(d_sample, from, samples[0], samples[1], samples[2], samples[3]);
    }
    for (int c = 0; c < kChannels; ++c) {
      const V value = hn::ConvertTo(d, hn::PromoteTo(d_integer, samples[c]));
      hn::Store(hn::Mul(value, hn::Set(d, unit)), d, out.row(c) + x);
    }
  }
  for (; x < width; ++x) {
    for (int c = 0; c < kChannels; ++c) {
      out.row(c)[x] = static_cast<float>(pixels[x * kChannels + c]) * unit;
    }
  }
}

template <class Sample>
void separate_row(const PictureView& picture, int y, Plane<float>& out) {
  const auto* const pixels = reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) +
                                                             static_cast<size_t>(y) * picture.row_bytes);
  const int width = static_cast<int>(picture.width), maximum = (1 << picture.depth) - 1;
  switch (picture.channels) {
    case 1:
      return separate<1>(pixels, width, maximum, out);
    case 2:
      return separate<2>(pixels, width, maximum, out);
    case 3:
      return separate<3>(pixels, width, maximum, out);
    default:
      return separate<4>(pixels, width, maximum, out);
  }
}

void SeparateRow(const PictureView& picture, int y, Plane<float>& out) {
  picture.depth > 8 ? separate_row<uint16_t>(picture, y, out) : separate_row<uint8_t>(picture, y, out);
}

// The row over `background`, as encoded.
void Blend(float* row, const float* alpha, float background, int width) {
  const D d;
  for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) {
    const V a = hn::Load(d, alpha + x);
    const V behind = hn::Mul(hn::Sub(hn::Set(d, 1.0f), a), hn::Set(d, background));
    hn::Store(hn::Add(hn::Mul(a, hn::Load(d, row + x)), behind), d, row + x);
  }
}

// The curve of IEC 61966-2-1, as libjxl approximates it by a rational function (to 5e-7;
// lib/jxl/cms/transfer_functions-inl.h has the coefficients). ssimulacra2::RecursiveGaussian says why that difference
// matters.
void SrgbToLinear(const float* encoded, int width, float* out) {
  constexpr float kNumerator[5] = {2.200248328e-04f, 1.043637593e-02f, 1.624820318e-01f, 7.961564959e-01f,
                                   8.210152774e-01f};
  constexpr float kDenominator[5] = {2.631846970e-01f, 1.076976492e+00f, 4.987528350e-01f, -5.512498495e-02f,
                                     6.521209011e-03f};
  const D d;
  for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) {
    const V v = hn::Load(d, encoded + x);
    V numerator = hn::Set(d, kNumerator[4]), denominator = hn::Set(d, kDenominator[4]);
    for (int i = 3; i >= 0; --i) {
      numerator = fused_multiply_add(d, numerator, v, hn::Set(d, kNumerator[i]));
      denominator = fused_multiply_add(d, denominator, v, hn::Set(d, kDenominator[i]));
    }
    const V near_black = hn::Mul(v, hn::Set(d, 1 / 12.92f));
    const auto is_near_black = hn::Le(v, hn::Set(d, 0.04045f));
    hn::Store(hn::IfThenElse(is_near_black, near_black, hn::Div(numerator, denominator)), d, out + x);
  }
}

}  // namespace
}  // namespace laq::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(SeparateRow);
HWY_EXPORT(Blend);
HWY_EXPORT(SrgbToLinear);

LinearLight::LinearLight(const PictureView& picture, float background, LightTransform transform)
    : picture_(picture),
      background_(background),
      transform_(std::move(transform)),
      width_(std::max(static_cast<int>(picture.width), kMinimumSide)),
      height_(std::max(static_cast<int>(picture.height), kMinimumSide)),
      encoded_(width_, 4) {}

namespace {

// Code points come before an ICC profile, if they say anything.
Result<LightTransform> transform_of(const PictureView& picture) {
  const Metadata* const metadata = picture.metadata;
  if (metadata != nullptr && metadata->code_points && !is_unspecified(*metadata->code_points))
    return code_point_transform(*metadata->code_points, picture.depth, is_gray(picture));
  if (metadata != nullptr && !metadata->icc.empty()) return icc_transform(metadata->icc, is_gray(picture));
  return LightTransform();
}

}  // namespace

Result<LinearLight> LinearLight::of(const PictureView& picture, float background, const char* name) {
  Result<LightTransform> transform = transform_of(picture);
  if (!transform) return Error{transform.error().code, std::string(name) + ": " + transform.error().message};
  return LinearLight(picture, background, std::move(*transform));
}

void LinearLight::read_row(int y, const std::array<float*, 3>& out) {
  const int width = static_cast<int>(picture_.width), colours = is_gray(picture_) ? 1 : 3;
  HWY_DYNAMIC_DISPATCH(SeparateRow)(picture_, std::min(y, static_cast<int>(picture_.height) - 1), encoded_);
  if (has_alpha(picture_)) {
    for (int c = 0; c < colours; ++c)
      HWY_DYNAMIC_DISPATCH(Blend)(encoded_.row(c), encoded_.row(colours), background_, width);
  }
  if (transform_) transform_(encoded_, width);
  for (int c = 0; c < colours; ++c) {
    if (transform_) {
      std::memcpy(out[c], encoded_.row(c), static_cast<size_t>(width) * sizeof(float));
    } else {
      HWY_DYNAMIC_DISPATCH(SrgbToLinear)(encoded_.row(c), width, out[c]);
    }
    std::fill(out[c] + width, out[c] + width_, out[c][width - 1]);
  }
  for (int c = colours; c < 3; ++c) std::memcpy(out[c], out[0], static_cast<size_t>(width_) * sizeof(float));
}

}  // namespace laq
#endif
