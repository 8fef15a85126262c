// Chunks of which some elements are set apart: fill values that mark what is missing, and what is not finite. In the
// nested chunk they are NaN.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "array/map/nested_chunk.h"

namespace laq::array {

// Nothing where there is no fill value to set apart.
std::optional<EncodedChunk> encode_split(const Chunk& chunk, const ChunkFormat& format, const EncodeNested& nested);

// The chunk that is to be decoded first. Nothing if the stream says something impossible.
std::optional<NestedChunk> nested_in_split(const ChunkFormat& format, std::span<const std::byte> stream);

// What that takes beside streams and elements, at most. nested: the format of the nested chunk.
size_t split_decoding_bytes(const ChunkFormat& format, const ChunkFormat& nested);
// stream: has a nested chunk, whose elements are `decoded`. False if it says something impossible.
bool decode_split(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                  std::span<std::byte> elements);

}  // namespace laq::array
