// The errors of the finite elements of a chunk or an array.
#pragma once

#include <cstdint>

namespace laq::array {

struct Distortion {
  double max_error = 0;
  double squared_error = 0;  // the sum of squares, in units of 2^exponent squared
  int exponent = 0;
  uint64_t count = 0;  // of the elements

  void add(const Distortion& other);
  // In units of 2^exponent_of_unit squared.
  double mean_squared_error(int exponent_of_unit) const;
};

}  // namespace laq::array
