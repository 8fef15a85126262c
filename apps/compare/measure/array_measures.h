// How far an array is from its original, as a whole and over time.
#pragma once

#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::compare {

// Errors of the finite elements, relative to the range of the original. An element that has become infinite or NaN has
// an infinite error. Without any error PSNR is infinite.
struct ArrayError {
  double psnr;  // decibels, of the range to the root mean squared error
  double max_error;
};

// The error is `invalid_argument` if type or number of elements differ, or if elements that are not finite have
// changed.
Result<ArrayError> array_error(const Array& original, const Array& decoded);

// Root mean squares of `values` over windows of equal length (the last may be shorter). The values are rows of
// `row_length` elements that run at the same time. The result is not finite for a window without finite values.
std::vector<double> local_levels(std::span<const double> values, size_t row_length, size_t windows);

}  // namespace laq::compare
