// Chunks: the parts of an array that are coded independently of each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <laq/inspect.hpp>

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

  // The largest error that an element may have, if the fidelity names one for all elements; else 0.
  double bound() const { return fidelity == Fidelity::max_error ? tolerance : 0; }

  // The format of the same elements without loss.
  ChunkFormat lossless() const { return {type, grid, Fidelity::max_error, 0, significant_bits}; }
};

// Decodes a chunk into format.bytes() bytes of packed elements; false if the stream is invalid.
bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);

// Decodes every 2^level-th element along each axis of a chunk's grid, as decode_chunk() gives them, into as many packed
// elements, and no more than they need. Nothing if the chunk's recipe has no levels; false if the stream is invalid.
std::optional<bool> decode_chunk_level(const ChunkFormat& format, std::span<const std::byte> stream, int level,
                                       std::span<std::byte> elements);

// The grid of every 2^level-th element along each axis.
Grid coarse_grid(const Grid& grid, int level);

// The steps of a chunk's recipe, in the order in which the encoder took them; empty if decode_chunk() is going to fail
// at once.
std::vector<TracedStep> trace_chunk(const ChunkFormat& format, std::span<const std::byte> stream);

// The memory in bytes that decode_chunk() takes beside stream and elements, at most; 0 if it is going to fail at once.
size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream);

}  // namespace laq::array
