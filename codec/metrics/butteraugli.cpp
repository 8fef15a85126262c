// Butteraugli, computed by libjxl's C API (jxl/butteraugli.h). It takes samples of floating point as linear light of
// the sRGB primaries, so profiles, alpha, depth and gray are ours (LinearLight). Below 8 pixels a side libjxl finds no
// difference at all; LinearLight extends such sides.
#include <laq/metrics.hpp>

#ifdef LAQ_HAVE_LIBJXL
#include <jxl/butteraugli.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/plane.h"
#include "base/without_exceptions.h"
#include "metrics/comparison.h"
#include "metrics/integer_picture.h"
#include "metrics/linear_light.h"
#endif

namespace laq {

#ifdef LAQ_HAVE_LIBJXL

namespace {

struct Destroy {
  void operator()(JxlButteraugliApi* api) const { JxlButteraugliApiDestroy(api); }
  void operator()(JxlButteraugliResult* result) const { JxlButteraugliResultDestroy(result); }
};

// Red, green and blue of one pixel after another.
std::vector<float> interleave(LinearLight& light) {
  const auto width = static_cast<size_t>(light.width()), height = static_cast<size_t>(light.height());
  std::vector<float> pixels(3 * width * height);
  Plane<float> row(light.width(), 3);
  float* pixel = pixels.data();
  for (int y = 0; y < light.height(); ++y) {
    light.read_row(y, {row.row(0), row.row(1), row.row(2)});
    for (size_t x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) *pixel++ = row.row(c)[x];
    }
  }
  return pixels;
}

Result<Butteraugli> over_background(const PictureView& reference, const PictureView& distorted, float background) {
  Result<LinearLight> reference_light = LinearLight::of(reference, background, "reference");
  if (!reference_light) return reference_light.error();
  Result<LinearLight> distorted_light = LinearLight::of(distorted, background, "distorted");
  if (!distorted_light) return distorted_light.error();
  const std::vector<float> a = interleave(*reference_light), b = interleave(*distorted_light);

  // The settings of libjxl's tool butteraugli_main.
  const std::unique_ptr<JxlButteraugliApi, Destroy> api(JxlButteraugliApiCreate(nullptr));
  if (api == nullptr) return Error{ErrorCode::out_of_memory, "out of memory"};
  JxlButteraugliApiSetIntensityTarget(api.get(), 80);
  JxlButteraugliApiSetHFAsymmetry(api.get(), 1);
  const JxlPixelFormat format = {3, JXL_TYPE_FLOAT, JXL_NATIVE_ENDIAN, 0};
  const std::unique_ptr<JxlButteraugliResult, Destroy> result(JxlButteraugliCompute(
      api.get(), static_cast<uint32_t>(reference_light->width()), static_cast<uint32_t>(reference_light->height()),
      &format, a.data(), a.size() * sizeof(float), &format, b.data(), b.size() * sizeof(float)));
  if (result == nullptr) return Error{ErrorCode::unsupported, "libjxl's Butteraugli refuses the pictures"};
  return Butteraugli{JxlButteraugliResultGetMaxDistance(result.get()),
                     JxlButteraugliResultGetDistance(result.get(), 3)};
}

}  // namespace

bool has_butteraugli() {
  return true;
}

Result<Butteraugli> butteraugli(const PictureView& reference, const PictureView& distorted) {
  return without_exceptions([&]() -> Result<Butteraugli> {
    if (const auto error = check_comparison(reference, distorted)) return *error;
    const IntegerPicture first(reference), second(distorted);
    Butteraugli worst{0, 0};
    for (const float background : backgrounds(reference)) {
      const Result<Butteraugli> distance = over_background(first.view(), second.view(), background);
      if (!distance) return distance;
      worst = {std::max(worst.max, distance->max), std::max(worst.norm3, distance->norm3)};
    }
    return worst;
  });
}

#else

bool has_butteraugli() {
  return false;
}

Result<Butteraugli> butteraugli(const PictureView&, const PictureView&) {
  return Error{ErrorCode::unsupported,
               "this library was built without libjxl, which computes Butteraugli; install libjxl's development files "
               "(Debian: libjxl-dev) and build again"};
}

#endif

}  // namespace laq
