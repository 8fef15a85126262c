#include "array/finite_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/finite_range.cpp"
#define HWY_DISABLED_TARGETS (LAQ_TARGETS_WITHOUT_DOUBLES | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
T element_at(const std::byte* elements, ptrdiff_t place) {
  T element;
  std::memcpy(&element, elements + place * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
  return element;
}

// A vector of elements that have no alignment.
template <class D>
HWY_INLINE hn::Vec<D> load(D d, const std::byte* from) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(d, element_at<hn::TFromD<D>>(from, 0));
#else
  return hn::BitCast(d, hn::LoadU(hn::Repartition<uint8_t, D>(), reinterpret_cast<const uint8_t*>(from)));
#endif
}

// Vectors of what Highway knows as floats.
template <class T>
FiniteRange range_of_floats(const std::byte* elements, size_t count) {
  constexpr size_t kAtOnce = 32 / sizeof(T), kChains = 4;  // which need not wait for each other
  const hn::CappedTag<T, kAtOnce> d;
  const size_t lanes = hn::Lanes(d), step = kChains * lanes;
  constexpr T kMost = std::numeric_limits<T>::max();
  const auto most = hn::Set(d, kMost);
  decltype(hn::Zero(d)) least[kChains], greatest[kChains];
  for (size_t c = 0; c < kChains; ++c) {
    least[c] = most;
    greatest[c] = hn::Neg(most);
  }
  auto all_finite = hn::Eq(most, most);
  HWY_ALIGN T part[kAtOnce];
  size_t i = 0;
  for (; i + step <= count; i += step) {
    for (size_t c = 0; c < kChains; ++c) {
      const auto values = load(d, elements + (i + c * lanes) * sizeof(T));
      const auto is_finite = hn::Le(hn::Abs(values), most);
      all_finite = hn::And(all_finite, is_finite);
      least[c] = hn::Min(least[c], hn::IfThenElse(is_finite, values, least[c]));
      greatest[c] = hn::Max(greatest[c], hn::IfThenElse(is_finite, values, greatest[c]));
    }
  }
  FiniteRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                    !hn::AllTrue(d, all_finite)};
  for (size_t c = 0; c < kChains && i > 0; ++c) {
    hn::Store(least[c], d, part);
    for (size_t k = 0; k < lanes; ++k) range.least = std::min(range.least, static_cast<double>(part[k]));
    hn::Store(greatest[c], d, part);
    for (size_t k = 0; k < lanes; ++k) range.greatest = std::max(range.greatest, static_cast<double>(part[k]));
  }
  for (; i < count; ++i) {
    const T value = element_at<T>(elements, static_cast<ptrdiff_t>(i));
    const bool is_finite = std::fabs(value) <= kMost;
    range.has_others = range.has_others || !is_finite;
    if (!is_finite) continue;
    range.least = std::min(range.least, static_cast<double>(value));
    range.greatest = std::max(range.greatest, static_cast<double>(value));
  }
  return range;
}

// The least and the greatest of the finite elements, and whether some are not finite.
template <class T>
FiniteRange range_of(std::span<const std::byte> packed) {
  const size_t count = packed.size() / sizeof(T);
  if constexpr (std::is_floating_point_v<T>) return range_of_floats<T>(packed.data(), count);
  FiniteRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), false};
  if constexpr (std::is_integral_v<T>) {
    T least = std::numeric_limits<T>::max(), greatest = std::numeric_limits<T>::lowest();
    for (size_t i = 0; i < count; ++i) {
      const T value = element_at<T>(packed.data(), static_cast<ptrdiff_t>(i));
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
    if (count > 0) range = {static_cast<double>(least), static_cast<double>(greatest), false};
    return range;
  }
  for (size_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(element_at<T>(packed.data(), static_cast<ptrdiff_t>(i)));
    if (!std::isfinite(value)) {
      range.has_others = true;
      continue;
    }
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
  }
  return range;
}

FiniteRange RangeOf(ElementType type, std::span<const std::byte> packed) {
  return with_type(type, [&](auto* p) HWY_ATTR { return range_of<std::remove_pointer_t<decltype(p)>>(packed); });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(RangeOf);

FiniteRange finite_range_of(ElementType type, std::span<const std::byte> packed) {
  return HWY_DYNAMIC_DISPATCH(RangeOf)(type, packed);
}

}  // namespace laq::array
#endif  // HWY_ONCE
