// Chunks with few distinct elements, the levels: each is told by its rank among them. Ranks are a nested chunk.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "array/map/nested_chunk.h"

namespace laq::array {

// bound: the largest error, within which neighbouring levels become one; 0: every element as it is. Nothing where there
// are so many levels that ranks are not worth it.
std::optional<EncodedChunk> encode_levels(const Chunk& chunk, double bound, const EncodeNested& nested);

// The chunk that is to be decoded first. Nothing if the stream says something impossible.
std::optional<NestedChunk> nested_in_levels(const ChunkFormat& format, std::span<const std::byte> stream);

// What that takes beside streams and elements, at most.
size_t levels_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream);
// stream: has a nested chunk, whose elements are `decoded`. False if it says something impossible.
bool decode_levels(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                   std::span<std::byte> elements);

}  // namespace laq::array
