// Bounds for parts of an array (laq encode --region-bound, --bounds).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "laq/array.hpp"
#include "region.h"

namespace laq::command {

struct RegionBound {
  std::vector<Range> ranges;
  double value;
};

struct ArrayParts {
  std::vector<RegionBound> regions = {};
  std::vector<double> slices = {};  // a bound for each index of the first side; empty: none

  bool is_empty() const { return regions.empty() && slices.empty(); }
};

// Parses "10:20,:64=0.001"; nothing if the text is no region and a number of at least 0.
std::optional<RegionBound> parse_region_bound(const std::string& text);

// The bounds in a file: an array of one side, or a text of numbers between spaces, commas or ends of lines. Errors are
// those of reading, and of what is no bound.
Result<std::vector<double>> read_bounds(const std::string& path);

// The parts of an array, in the sides in which it is coded: slices first, so that regions count before them.
Result<std::vector<ArrayPartBound>> parts_of(const ArrayParts& parts, const ArrayView& array);

}  // namespace laq::command
