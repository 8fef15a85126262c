// Magnitudes of levels and their classes, row by row, for each SIMD target; see variance/magnitude_classes.h.
#if defined(LAQ_VARIANCE_MAGNITUDE_CLASSES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_VARIANCE_MAGNITUDE_CLASSES_INL_H_
#undef LAQ_VARIANCE_MAGNITUDE_CLASSES_INL_H_
#else
#define LAQ_VARIANCE_MAGNITUDE_CLASSES_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include <hwy/highway.h>

#include "variance/magnitude_classes.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {

inline void magnitudes_of(const int32_t* levels, int length, uint16_t* sizes) {
  for (int i = 0; i < length; ++i) {
    const auto size = static_cast<uint32_t>(levels[i] < 0 ? -static_cast<uint32_t>(levels[i]) : levels[i]);
    sizes[i] = static_cast<uint16_t>(std::min<uint32_t>(size, kMostCountedMagnitude));
  }
}

inline void classify(const uint16_t* sums, int length, uint8_t* classes) {
  for (int i = 0; i < length; ++i) classes[i] = static_cast<uint8_t>(magnitude_class(sums[i]));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
