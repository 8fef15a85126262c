// What a chunk consists of, for its encoders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/element.h"
#include "base/grid.h"

namespace laq::array {

struct SourceChunk {
  ElementRange range;
  ElementType type;
  Grid grid;
  std::span<const std::byte> elements;  // packed; not owned
  std::vector<double> values;           // of the elements
  // Integers differ from the first one by whole multiples of it; 1 if all are the same, and for floating-point types.
  uint32_t spacing;
  int exponent;  // of the largest of floating-point numbers, see exponent_of(); 0 for integers

  SourceChunk(const ElementRange& range, const Grid& grid, std::span<const std::byte> elements);
};

// The mean of the finite values; nothing if there are none, or their sum overflows.
std::optional<double> mean_of(std::span<const double> values);

}  // namespace laq::array
