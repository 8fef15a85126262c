// Chunks: parts of an array that are coded independently, each in the way that makes it smallest.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "signal/element.h"
#include "signal/grid.h"

namespace laq {

struct ChunkFormat {
  ElementType type;
  Grid grid;
  double bound;  // 0: lossless

  size_t bytes() const { return grid.size() * element_bytes(type); }
};

// elements: packed, as many as the format says.
std::vector<std::byte> encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements);

// Writes format.bytes() bytes of elements; false where the stream says something impossible.
bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq
