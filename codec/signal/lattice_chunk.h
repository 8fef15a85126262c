// Chunks of floating-point numbers that lie on a lattice: their indices are a nested chunk. Elements that do not lie on
// it stand for themselves.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "signal/nested_chunk.h"

namespace laq {

// bound: the largest error; 0: every element as it is. Nothing where the elements lie on no lattice that is worth it.
std::optional<EncodedChunk> encode_lattice(const Chunk& chunk, double bound, const EncodeNested& nested);

// False where the stream says something impossible.
bool decode_lattice(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements,
                    const DecodeNested& nested);

}  // namespace laq
