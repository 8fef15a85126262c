// Chunks: parts of an array that are coded independently. Their encoder is in method_search.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/array.hpp>

#include "base/element.h"
#include "base/grid.h"

namespace laq::array {

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
  uint8_t significant_bits = 0;  // of integers, see ElementRange

  ElementRange range() const { return {type, significant_bits}; }
  size_t bytes() const { return grid.size() * element_bytes(type); }
};

// Of the finite elements.
struct Distortion {
  double max_error = 0;
  double squared_error = 0;  // their sum, in units of 2^exponent squared
  int exponent = 0;
  uint64_t count = 0;  // of the elements

  void add(const Distortion& other);
  // In units of 2^exponent_of_unit squared.
  double mean_squared_error(int exponent_of_unit) const;
};

// The memory that decode_chunk() takes beside stream and elements, at most; 0 if it is going to fail at once.
size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream);

// Writes format.bytes() bytes of elements; false where the stream says something impossible.
bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq::array
