// Whether an error is within its bound to the last bit: as if differences, products and quotients were not rounded.
#pragma once

#include <cmath>

#include "base/element.h"

namespace laq {

// What a - b, rounded to `difference`, leaves: exactly the rest, unless it overflows. Source: Knuth, The Art of
// Computer Programming 2, 4.2.2 (TwoSum).
inline double rest_of_difference(double a, double b, double difference) {
  const double subtracted = a - difference, kept = difference + subtracted;
  return (a - kept) + (subtracted - b);
}

// |a - b| <= bound.
inline bool is_within(double a, double b, double bound) {
  // A difference that is rounded to something else than the bound is on the same side of it as the exact one.
  const double difference = a - b, size = std::fabs(difference);
  if (size != bound) return size < bound;
  return rest_of_difference(a, b, difference) * difference <= 0;
}

// |value - other| <= share |value|, where the share is above 0.
inline bool is_within_share(double value, double other, double share) {
  if (value == other) return true;
  // Scaled, so that the product's rest is no denormal number that would be rounded itself.
  const int exponent = exponent_of(std::fabs(value));
  const double a = std::ldexp(value, -exponent), b = std::ldexp(other, -exponent);
  const double difference = a - b, size = std::fabs(difference), bound = share * std::fabs(a);
  if (size != bound) return size < bound;
  const double rest = std::copysign(1, difference) * rest_of_difference(a, b, difference);
  return rest <= std::fma(share, std::fabs(a), -bound);
}

}  // namespace laq
