// Fill values: numbers such as -9999 by which data sets mark what is missing.
#pragma once

#include <vector>

namespace laq::array {

// Tells which elements are no ordinary values: those that are not finite, and those that lie farther from all others
// than the others lie from each other.
std::vector<bool> find_fill_values(const std::vector<double>& values);

}  // namespace laq::array
