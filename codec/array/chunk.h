// What a chunk consists of, for its encoders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/element.h"
#include "base/grid.h"

namespace laq::array {

struct Chunk {
  ElementRange range;
  ElementType type;
  Grid grid;
  std::span<const std::byte> elements;  // packed
  std::vector<double> values;           // of the elements
  // Integers lie whole multiples of it from the first one; 1 where all are the same, and of floating-point types.
  uint32_t spacing;
  int exponent;  // of the largest of floating-point numbers, see exponent_of(); 0 of integers

  Chunk(const ElementRange& range, const Grid& grid, std::span<const std::byte> elements);
};

// A way of coding, and what becomes of the values.
struct EncodedChunk {
  std::vector<std::byte> stream;
  std::vector<double> reconstruction;  // where the value is finite
};

}  // namespace laq::array
