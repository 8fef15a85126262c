#include "array/predict/lane_samples.h"

#include <cstring>
#include <type_traits>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/lane_samples.cpp"
// Conversions gain by vectors of four doubles, little by what lies between these and two.
#define HWY_DISABLED_TARGETS (LAQ_SCALABLE_TARGETS | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// Sample: float, or int32_t.
template <class T, class Sample>
void store_samples_as(const Sample* samples, int count, const LaneScale& scale, const ElementRange& range,
                      ptrdiff_t stride, std::byte* elements) {
  const double origin = scale.origin, step = scale.step, least = range.least(), greatest = range.greatest();
  constexpr double kRounds = 0x1.8p52;  // a sum with it has no fraction
  const auto element_of = [=](Sample sample) {
    double value = origin + step * static_cast<double>(sample);
    value = value >= least ? value : least;  // also NaN
    value = value < greatest ? value : greatest;
    if constexpr (std::is_integral_v<T>) value = (value + kRounds) - kRounds;
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
void store(const Sample* samples, int count, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
           std::byte* elements) {
  with_type(range.type(), [&](auto* type) HWY_ATTR {
    using T = std::remove_pointer_t<decltype(type)>;
    store_samples_as<T>(samples, count, scale, range, static_cast<ptrdiff_t>(row.stride),
                        elements + row.place * sizeof(T));
  });
}

void StoreFloats(const float* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                 std::byte* elements) {
  store(samples, row.length, scale, range, row, elements);
}

void StoreIntegers(const int32_t* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                   std::byte* elements) {
  store(samples, row.length, scale, range, row, elements);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(StoreFloats);
HWY_EXPORT(StoreIntegers);

void store_samples(const float* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                   std::byte* elements) {
  HWY_DYNAMIC_DISPATCH(StoreFloats)(samples, scale, range, row, elements);
}

void store_samples(const int32_t* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                   std::byte* elements) {
  HWY_DYNAMIC_DISPATCH(StoreIntegers)(samples, scale, range, row, elements);
}

}  // namespace laq::array
#endif  // HWY_ONCE
