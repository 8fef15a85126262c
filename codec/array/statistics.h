// What an encoder measures of an array: statistics of its elements, and the errors of the decoded ones.
#pragma once

#include <cstdint>
#include <optional>

#include <laq/array.hpp>

namespace laq::array {

// Statistics of the finite elements. Range and squares are in units of 2^exponent, so that they are numbers of moderate
// size whatever the scale of the elements.
struct Statistics {
  double least = 0, greatest = 0;
  int exponent = 0;  // of the largest size, see exponent_of()
  double range = 0;  // the greatest less the least
  double mean_square = 0;
  uint64_t count = 0;
};
// needs_squares: whether the mean of squares is to be found, which takes longer.
Statistics statistics_of(const ArrayView& array, bool needs_squares = true);

// Whether the elements have fewer significant bits than their type, according to the array.
bool limits_significant_bits(const ArrayView& array);

// An error if an element needs more significant bits than the array says, since decoders clamp elements to these.
std::optional<Error> check_significant_bits(const ArrayView& array, const Statistics& statistics);

// The errors of the finite elements of a chunk or an array.
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
