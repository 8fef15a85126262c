// The encoder of chunks: it looks for the method that serves a chunk best.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array/chunk_codec.h"

namespace laq::array {

struct CodedChunk {
  std::vector<std::byte> stream;
  Distortion distortion;
};

// How an encoder is to look for the best way of coding a chunk.
struct ChunkSearch {
  int effort = 5;  // see ArrayEncodeOptions
  // The first byte of a stream, to code the chunk in the way that was coded; or empty.
  std::span<const std::byte> as_before = {};
  // Only recipes whose bytes follow the tolerance closely: none without loss, nor predictions of integers, whose steps
  // are 1, 3, 5 and so on.
  bool is_gradual = false;
};

// elements: packed, as many as the format says. The stream has least_stream_bytes() of them, or more.
CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const ChunkSearch& search = {});

}  // namespace laq::array
