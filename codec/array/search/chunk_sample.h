// A sample of a chunk: windows at several places, joined to a smaller chunk that shows which recipe suits the whole.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array/chunk.h"

namespace laq::array {

struct ChunkSample {
  ChunkFormat format;
  std::vector<std::byte> elements;
};

// About `size` elements. Series are sampled in contiguous stretches of all channels, fields in boxes.
ChunkSample sample_of(const ChunkFormat& format, std::span<const std::byte> elements, size_t size);

}  // namespace laq::array
