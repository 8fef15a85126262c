// How far an array is from its original, as a whole and over time.
#pragma once

#include <span>
#include <vector>

#include "laq/array.hpp"

namespace laq::compare {

// Both relative to the range of the original; of its finite elements, where one that has become infinite or NaN counts
// as an infinite error. Without any error PSNR is infinite.
struct ArrayError {
  double psnr;  // decibels, of the range to the root mean squared error
  double max_error;
};

// Errors: invalid_argument where type or number of elements differ, or elements that are not finite have changed.
Result<ArrayError> array_error(const Array& original, const Array& decoded);

// Root mean squares of `values` over `windows` windows of equal length (the last may be shorter), by rows of
// `row_length` that run at the same time; not finite where a window has no finite value.
std::vector<double> local_levels(std::span<const double> values, size_t row_length, size_t windows);

}  // namespace laq::compare
