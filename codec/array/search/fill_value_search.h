// Fill values: numbers such as -9999 by which data sets mark what is missing.
#pragma once

#include <limits>
#include <span>
#include <vector>

namespace laq::array {

// The least interval that holds the ordinary values: the finite ones but for those that lie farther from all others
// than the others lie from each other.
struct OrdinaryValues {
  double least = std::numeric_limits<double>::lowest(), greatest = std::numeric_limits<double>::max();

  bool contains(double value) const { return value >= least && value <= greatest; }  // NaN is in no interval
  bool hold_all_finite_ones() const {
    return least == std::numeric_limits<double>::lowest() && greatest == std::numeric_limits<double>::max();
  }
};
OrdinaryValues find_ordinary_values(std::span<const double> values);

// Tells which elements are no ordinary values.
std::vector<bool> find_fill_values(std::span<const double> values);

}  // namespace laq::array
