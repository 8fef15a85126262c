// Chunks: parts of an array that are coded independently. Their encoder is in method_search.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/array.hpp>

#include "signal/grid.h"

namespace laq {

// What a chunk's error is measured by.
enum class Fidelity : uint8_t {
  max_error,           // the tolerance is the largest error, after rounding to the type; 0: lossless
  mean_squared_error,  // the tolerance is the step of a trellis-coded quantizer, above 0
  relative_error       // the tolerance is the largest error as a share of the element, above 0 and below 1
};

struct ChunkFormat {
  ElementType type;
  Grid grid;
  Fidelity fidelity;
  double tolerance;

  size_t bytes() const { return grid.size() * element_bytes(type); }
};

// Of the finite elements.
struct Distortion {
  double max_error = 0;
  double squared_error = 0;  // their sum

  void add(const Distortion& other);
};

// Writes format.bytes() bytes of elements; false where the stream says something impossible.
bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq
