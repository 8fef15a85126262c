// Chunks of floating-point numbers that lie on a lattice: their indices are a nested chunk. Elements that do not lie on
// it stand for themselves.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "array/map/nested_chunk.h"

namespace laq::array {

// bound: the largest error; 0: every element as it is. Nothing where the elements lie on no lattice that is worth it.
std::optional<EncodedChunk> encode_lattice(const Chunk& chunk, double bound, const EncodeNested& nested);

// The chunk that is to be decoded first. Nothing if the stream says something impossible.
std::optional<NestedChunk> nested_in_lattice(const ChunkFormat& format, std::span<const std::byte> stream);

// What that takes beside streams and elements, at most. nested: the format of the nested chunk.
size_t lattice_decoding_bytes(const ChunkFormat& format, const ChunkFormat& nested);
// stream: has a nested chunk, whose elements are `decoded`. False if it says something impossible.
bool decode_lattice(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                    std::span<std::byte> elements);

}  // namespace laq::array
