// The distortion of a chunk that has been coded, measured against its elements.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "array/stage_encoder.h"
#include "array/statistics.h"
#include "base/element.h"

namespace laq::array {

// Sums of errors in eight parts, so that the order of additions does not depend on the SIMD width.
class ErrorSums {
 public:
  explicit ErrorSums(int exponent) : exponent_(exponent), scale_(std::ldexp(1.0, -exponent)) {}

  // count: up to kParts.
  template <class Value, class Found>
  void add(Value&& value_of, Found&& found_of, size_t count) {
    for (size_t k = 0; k < count; ++k) {
      const double value = value_of(k);
      const bool is_finite = std::fabs(value) <= std::numeric_limits<double>::max();
      const double error = is_finite ? std::fabs(value - found_of(k)) : 0, scaled = error * scale_;
      largest_[k] = std::max(largest_[k], error);
      squares_[k] += scaled * scaled;
      counts_[k] += is_finite ? 1 : 0;
    }
  }
  Distortion distortion() const {
    Distortion result{.exponent = exponent_};
    for (size_t k = 0; k < kParts; ++k) {
      result.max_error = std::max(result.max_error, largest_[k]);
      result.squared_error += squares_[k];
      result.count += counts_[k];
    }
    return result;
  }

  static constexpr size_t kParts = 8;

 private:
  int exponent_;
  double scale_;
  std::array<double, kParts> largest_{}, squares_{};
  std::array<uint64_t, kParts> counts_{};
};

// found_of(i): what element i is decoded as; it is asked for finite elements alone.
template <class Found>
Distortion measure_distortion(const SourceChunk& chunk, Found&& found_of) {
  ErrorSums sums(chunk.exponent());
  const size_t count = chunk.grid.size();
  with_type(chunk.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    const auto value_of = [&](size_t i) {
      T element;
      std::memcpy(&element, chunk.elements.data() + i * sizeof(T), sizeof(T));
      return static_cast<double>(element);
    };
    for (size_t i = 0; i < count; i += ErrorSums::kParts) {
      sums.add([&](size_t k) { return value_of(i + k); }, [&](size_t k) { return found_of(i + k); },
               std::min(ErrorSums::kParts, count - i));
    }
  });
  return sums.distortion();
}

}  // namespace laq::array
