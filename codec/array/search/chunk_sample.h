// Samples of chunks, by which encoders judge what suits the whole.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array/chunk.h"

namespace laq::array {

// Windows at several places of a chunk, joined to a smaller chunk.
struct ChunkSample {
  ChunkFormat format;
  std::vector<std::byte> elements;  // packed
};

// About `size` elements. Series are sampled in contiguous stretches of all channels, fields in boxes.
ChunkSample sample_of(const ChunkFormat& format, std::span<const std::byte> elements, size_t size);

}  // namespace laq::array
