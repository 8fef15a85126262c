// Elements from samples (array/predict/lane_samples.h), for each SIMD target.
#if defined(LAQ_ARRAY_LANE_SAMPLES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_LANE_SAMPLES_INL_H_
#undef LAQ_ARRAY_LANE_SAMPLES_INL_H_
#else
#define LAQ_ARRAY_LANE_SAMPLES_INL_H_
#endif

#include <cmath>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include <hwy/highway.h>

#include "array/predict/lane_samples.h"
#include "base/element.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// Writes the elements of samples, clamped to their range and rounded to the nearest. The first one goes to `place`
// among the elements, the others `stride` elements further each. Sample: float, or int32_t.
template <class T, class Sample>
void store_samples_as(const Sample* samples, int count, const LaneScale& scale, const ElementRange& range,
                      ptrdiff_t stride, std::byte* elements) {
  const double origin = scale.origin, step = scale.step, least = range.least(), greatest = range.greatest();
  const auto element_of = [=](Sample sample) HWY_ATTR {
    double value = origin + step * static_cast<double>(sample);
    value = value >= least ? value : least;  // also NaN
    value = value < greatest ? value : greatest;
    if constexpr (std::is_integral_v<T>) value = std::nearbyint(value);
    return static_cast<T>(value);
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) {
      const T element = element_of(samples[i]);
      std::memcpy(elements + i * sizeof(T), &element, sizeof(T));
    }
    return;
  }
  for (int i = 0; i < count; ++i) {
    const T element = element_of(samples[i]);
    std::memcpy(elements + i * stride * static_cast<ptrdiff_t>(sizeof(T)), &element, sizeof(T));
  }
}

template <class Sample>
void store_samples(const Sample* samples, int count, const LaneScale& scale, const ElementRange& range,
                   ptrdiff_t stride, std::byte* elements, ptrdiff_t place) {
  with_type(range.type(), [&](auto* type) HWY_ATTR {
    using T = std::remove_pointer_t<decltype(type)>;
    store_samples_as<T>(samples, count, scale, range, stride, elements + place * static_cast<ptrdiff_t>(sizeof(T)));
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
