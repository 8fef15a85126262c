#include "signal/chunk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "signal/bounded_quantizer.h"

namespace laq {
namespace {

uint32_t spacing_of(std::span<const double> values) {
  uint64_t divisor = 0;
  for (const double value : values) {
    divisor = std::gcd(divisor, static_cast<uint64_t>(std::fabs(value - values[0])));
    if (divisor == 1) break;
  }
  return divisor == 0 ? 1 : static_cast<uint32_t>(divisor);
}

int exponent_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += std::fabs(value);
    ++count;
  }
  if (!(sum > 0)) return 0;
  return std::clamp(std::ilogb(sum / static_cast<double>(count)), BoundedQuantizer::kLeastExponent,
                    BoundedQuantizer::kMostExponent);
}

}  // namespace

Chunk::Chunk(ElementType type_of, const Grid& shape, std::span<const std::byte> packed)
    : type(type_of),
      grid(shape),
      elements(packed),
      values(values_of(type, packed)),
      spacing(is_integer(type) ? spacing_of(values) : 1),
      exponent(is_integer(type) ? 0 : exponent_of(values)) {}

}  // namespace laq
