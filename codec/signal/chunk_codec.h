// Chunks: parts of an array that are coded independently, each in the way that serves it best.
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

struct CodedChunk {
  std::vector<std::byte> stream;
  Distortion distortion;
};

// How an encoder is to look for the best way of coding a chunk.
struct ChunkSearch {
  int effort = 5;  // see ArrayEncodeOptions
  // The first byte of a stream, to code the chunk in the way that was coded; or empty.
  std::span<const std::byte> as_before = {};
};

// elements: packed, as many as the format says. The stream has least_stream_bytes() of them, or more.
CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const ChunkSearch& search = {});

// The memory that decode_chunk() takes beside stream and elements, at most; 0 if it is going to fail at once.
size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream);

// Writes format.bytes() bytes of elements; false where the stream says something impossible.
bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq
