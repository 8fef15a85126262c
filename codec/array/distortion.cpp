#include "array/distortion.h"

#include <algorithm>
#include <cmath>

namespace laq::array {

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
