#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "array/predict/lane_encoder.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

// The least and the greatest of the finite elements, and whether some are not finite.
template <class T>
LaneRange range_of(std::span<const std::byte> packed) {
  constexpr size_t kParts = 16;
  const size_t count = packed.size() / sizeof(T);
  LaneRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), false};
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T kMost = std::numeric_limits<T>::max();
    T least[kParts], greatest[kParts];
    std::fill_n(least, kParts, kMost);
    std::fill_n(greatest, kParts, -kMost);
    int has_mask = 0;
    for (size_t i = 0; i < count; i += kParts) {
      T part[kParts] = {};
      const size_t length = std::min(kParts, count - i);
      std::memcpy(part, packed.data() + i * sizeof(T), length * sizeof(T));
      for (size_t k = length; k < kParts; ++k) part[k] = part[0];
      for (size_t k = 0; k < kParts; ++k) {
        const T value = part[k];
        const bool is_finite = std::fabs(value) <= kMost;
        has_mask |= static_cast<int>(!is_finite);
        least[k] = is_finite && value < least[k] ? value : least[k];
        greatest[k] = is_finite && value > greatest[k] ? value : greatest[k];
      }
    }
    for (size_t k = 0; k < kParts; ++k) {
      range.least = std::min(range.least, static_cast<double>(least[k]));
      range.greatest = std::max(range.greatest, static_cast<double>(greatest[k]));
    }
    range.has_mask = has_mask != 0;
    return range;
  }
  for (size_t i = 0; i < count; ++i) {
    T element;
    std::memcpy(&element, packed.data() + i * sizeof(T), sizeof(T));
    const auto value = static_cast<double>(element);
    if (!std::isfinite(value)) {
      range.has_mask = true;
      continue;
    }
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
  }
  return range;
}

// The samples of a row of elements that are `stride` apart.
template <class T>
void load_samples_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, float* samples) {
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    return static_cast<float>((static_cast<double>(element) - origin) * inverse);
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i);
  } else {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i * stride);
  }
}

// The same as the nearest integers. What is not finite has any.
template <class T>
void quantize_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, uint32_t* samples) {
  constexpr double kMost = 0x1p30, kRounds = 0x1.8p52;  // a sum with it has no fraction
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    double sample = (static_cast<double>(element) - origin) * inverse;
    sample = sample > -kMost ? sample : -kMost;
    sample = sample < kMost ? sample : kMost;
    return static_cast<uint32_t>(static_cast<int32_t>((sample + kRounds) - kRounds));
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i);
  } else {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i * stride);
  }
}

// Whether all of a row are clearly within the bound.
template <class T>
bool are_within(const ElementRow& row, const std::byte* elements, const std::byte* decoded, double bound) {
  int are_beyond = 0;
  for (size_t i = row.place; i < row.place + row.length; ++i) {
    T value, found;
    std::memcpy(&value, elements + i * sizeof(T), sizeof(T));
    std::memcpy(&found, decoded + i * sizeof(T), sizeof(T));
    are_beyond |= static_cast<int>(!(std::fabs(static_cast<double>(value) - static_cast<double>(found)) < bound));
  }
  return are_beyond == 0;
}

// Elements that are beyond the bound become raw elements.
template <class T>
void check_as(const ElementRow& row, const LanesToWrite& write, LanesWritten& written) {
  const double bound = is_integer(write.range.type()) ? write.bound + 0.5 : write.bound;
  const std::byte* const elements = write.elements.data();
  std::byte* const decoded = written.decoded.data();
  if (row.stride == 1 && are_within<T>(row, elements, decoded, bound)) return;
  for (int i = 0; i < row.length; ++i) {
    const size_t at = row.place + i * row.stride;
    T value, found;
    std::memcpy(&value, elements + at * sizeof(T), sizeof(T));
    std::memcpy(&found, decoded + at * sizeof(T), sizeof(T));
    const auto number = static_cast<double>(value);
    if (!std::isfinite(number) || is_within(number, static_cast<double>(found), write.bound)) continue;
    std::memcpy(decoded + at * sizeof(T), &value, sizeof(T));
    written.raw_elements.push_back(static_cast<uint32_t>(at));
  }
}

}  // namespace

LaneRange range_of(ElementType type, std::span<const std::byte> packed) {
  return with_type(type, [&](auto* p) { return range_of<std::remove_pointer_t<decltype(p)>>(packed); });
}

void load_samples(const LanesToWrite& write, const ElementRow& row, float* samples) {
  with_type(write.range.type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    load_samples_as<T>(write.elements.data() + row.place * sizeof(T), static_cast<ptrdiff_t>(row.stride), row.length,
                       write.scale, samples);
  });
  if (!write.has_mask) return;
  for (int i = 0; i < row.length; ++i) {
    if (!std::isfinite(samples[i])) samples[i] = std::numeric_limits<float>::quiet_NaN();
  }
}

void quantize_samples(const LanesToWrite& write, const ElementRow& row, uint32_t last_first, uint32_t* samples) {
  with_type(write.range.type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const std::byte* const elements = write.elements.data() + row.place * sizeof(T);
    quantize_as<T>(elements, static_cast<ptrdiff_t>(row.stride), row.length, write.scale, samples);
    if (!write.has_mask) return;
    for (int i = 0; i < row.length; ++i) {
      T element;
      std::memcpy(&element, elements + i * row.stride * sizeof(T), sizeof(T));
      if (!std::isfinite(static_cast<double>(element))) samples[i] = i > 0 ? samples[i - 1] : last_first;
    }
  });
}

void check_row(const LanesToWrite& write, const ElementRow& row, LanesWritten& written) {
  with_type(write.range.type(),
            [&](auto* type) { check_as<std::remove_pointer_t<decltype(type)>>(row, write, written); });
}

}  // namespace laq::array
