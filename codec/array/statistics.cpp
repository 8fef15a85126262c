#include "array/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "array/box.h"
#include "array/finite_range.h"
#include "base/checks.h"
#include "base/element.h"

namespace laq::array {
namespace {

// Calls f(value) for every element that is finite.
template <class Function>
void for_each_finite(const ArrayView& array, Function&& f) {
  with_type(array.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for_each_element(Box{{}, CodedLayout{array.shape}.sides()}, strides_of(array), [&](int64_t offset, size_t) {
      T element;
      std::memcpy(&element, static_cast<const std::byte*>(array.data) + offset, sizeof(T));
      const auto value = static_cast<double>(element);
      if (std::isfinite(value)) f(value);
    });
  });
}

// The elements if they follow each other in memory, else nothing.
std::span<const std::byte> packed_elements(const ArrayView& array) {
  const size_t bytes = element_bytes(array.type);
  if (strides_of(array) != packed_strides(CodedLayout{array.shape}.sides(), bytes)) return {};
  return {static_cast<const std::byte*>(array.data), element_count(array.shape) * bytes};
}

}  // namespace

Statistics statistics_of(const ArrayView& array, bool needs_squares) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least, squares = 0;
  Statistics statistics;
  if (const auto packed = packed_elements(array); !packed.empty()) {
    const FiniteRange range = finite_range_of(array.type, packed);
    least = range.least;
    greatest = range.greatest;
    statistics.count = element_count(array.shape);
    if (range.has_others) {
      statistics.count = 0;
      for_each_finite(array, [&](double) { ++statistics.count; });
    }
  } else {
    for_each_finite(array, [&](double value) {
      least = std::min(least, value);
      greatest = std::max(greatest, value);
      ++statistics.count;
    });
  }
  if (statistics.count == 0) return statistics;
  statistics.least = least;
  statistics.greatest = greatest;
  statistics.exponent = exponent_of(std::max(std::fabs(least), std::fabs(greatest)));
  const double scale = std::ldexp(1.0, -statistics.exponent);
  statistics.range = greatest * scale - least * scale;
  if (!needs_squares) return statistics;
  for_each_finite(array, [&](double value) { squares += (value * scale) * (value * scale); });
  statistics.mean_square = squares / static_cast<double>(statistics.count);
  return statistics;
}

bool limits_significant_bits(const ArrayView& array) {
  const ElementRange range(array.type, array.signal.significant_bits), all(array.type);
  return range.least() != all.least() || range.greatest() != all.greatest();
}

std::optional<Error> check_significant_bits(const ArrayView& array, const Statistics& statistics) {
  const int bits = array.signal.significant_bits;
  const ElementRange range(array.type, bits);
  for (const double element : {statistics.least, statistics.greatest}) {
    if (range.clamp(element) == element || statistics.count == 0) continue;
    return invalid("signal.significant_bits is " + std::to_string(bits) + ", and the array holds " +
                   std::to_string(static_cast<int64_t>(element)) + ", which needs more (let it be 0)");
  }
  return std::nullopt;
}

void Distortion::add(const Distortion& other) {
  max_error = std::max(max_error, other.max_error);
  count += other.count;
  if (other.squared_error == 0) return;
  const int common = squared_error == 0 ? other.exponent : std::max(exponent, other.exponent);
  squared_error = std::ldexp(squared_error, 2 * (exponent - common)) +
                  std::ldexp(other.squared_error, 2 * (other.exponent - common));
  exponent = common;
}

double Distortion::mean_squared_error(int exponent_of_unit) const {
  if (count == 0) return 0;
  return std::ldexp(squared_error / static_cast<double>(count), 2 * (exponent - exponent_of_unit));
}

}  // namespace laq::array
