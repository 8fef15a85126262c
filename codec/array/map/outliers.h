// Outliers of a chunk: fill values, which mark what is missing.
#pragma once

#include <vector>

namespace laq::array {

// Elements that are not finite, and values that lie farther from all others than those do from each other.
std::vector<bool> outliers(const std::vector<double>& values);

}  // namespace laq::array
