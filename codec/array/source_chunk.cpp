#include "array/source_chunk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace laq::array {
namespace {

uint32_t spacing_of(std::span<const double> values) {
  uint64_t divisor = 0;
  for (const double value : values) {
    divisor = std::gcd(divisor, static_cast<uint64_t>(std::fabs(value - values[0])));
    if (divisor == 1) break;
  }
  return divisor == 0 ? 1 : static_cast<uint32_t>(divisor);
}

double largest_of(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
  }
  return largest;
}

}  // namespace

SourceChunk::SourceChunk(const ElementRange& range_of, const Grid& shape, std::span<const std::byte> packed)
    : range(range_of),
      type(range.type()),
      grid(shape),
      elements(packed),
      values(values_of(type, packed)),
      spacing(is_integer(type) ? spacing_of(values) : 1),
      exponent(is_integer(type) ? 0 : exponent_of(largest_of(values))) {}

std::optional<double> mean_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0 || !std::isfinite(sum)) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace laq::array
