// Chunks whose elements may change by a share of themselves: their logarithms are a nested chunk, with one bound for
// all.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "array/map/nested_chunk.h"

namespace laq::array {

// format.tolerance: the largest error as a share of the element, above 0 and below 1. Nothing where it is less than
// what logarithms are good for.
std::optional<EncodedChunk> encode_logarithm(const Chunk& chunk, const ChunkFormat& format, const EncodeNested& nested);

// The chunk that is to be decoded first. Nothing if the stream says something impossible.
std::optional<NestedChunk> nested_in_logarithm(const ChunkFormat& format, std::span<const std::byte> stream);

// What that takes beside streams and elements, at most.
size_t logarithm_decoding_bytes(const ChunkFormat& format);
// stream: has a nested chunk, whose elements are `decoded`. False if it says something impossible.
bool decode_logarithm(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                      std::span<std::byte> elements);

}  // namespace laq::array
