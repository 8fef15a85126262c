// Measures of arrays: how far the elements of one are from those of another.
#pragma once

#include <cstdint>
#include <vector>

#include "laq/array.hpp"

namespace laq {

// How far one array is from another. Errors count the finite elements of the reference; one that has become infinite or
// NaN has an infinite error. Sums are taken in long double, which holds elements of every type exactly where its
// fraction has 64 bits, as on x86-64; elsewhere integers beyond 2^53 are rounded.
struct ArrayMeasures {
  uint64_t elements = 0;   // all of them
  uint64_t differing = 0;  // elements of another value; NaN is equal to NaN
  // Among them: elements that are finite in one array only, or infinite with another sign.
  uint64_t differing_not_finite = 0;
  // Sums of the squares of the elements of the reference, and of the errors.
  double power = 0, squared_error = 0;
  double range = 0;  // the greatest element of the reference less the least one
  double max_error = 0;
  double root_mean_square_error = 0;
  // Shares of the range: 0 without any error, and infinite if there is an error and no range.
  double max_relative_error = 0;
  double psnr = 0;         // decibels, of the range to the root mean square of the error; infinite without any error
  double snr = 0;          // decibels, of the root mean square of the elements to that of the error; likewise
  double correlation = 0;  // Pearson's, of elements that are finite in both arrays; NaN if one of them is constant
};

// The arrays may have different types. The error is `invalid_argument` if their shapes differ by more than sides of 1.
Result<ArrayMeasures> measure_arrays(const Array& reference, const Array& distorted);

}  // namespace laq
