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
  double most = 0;
  for (const double value : values) {
    if (std::isfinite(value)) most = std::max(most, std::fabs(value));
  }
  return most > 0 ? std::max(std::ilogb(most), BoundedQuantizer::kLeastExponent) : 0;
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
