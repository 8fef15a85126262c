// Chunks whose elements may change by a share of themselves: their logarithms are a nested chunk, with one bound for
// all.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "signal/nested_chunk.h"

namespace laq {

// format.tolerance: the largest error as a share of the element, above 0 and below 1. Nothing where it is less than
// what logarithms are good for.
std::optional<EncodedChunk> encode_logarithm(const Chunk& chunk, const ChunkFormat& format, const EncodeNested& nested);

// False where the stream says something impossible.
bool decode_logarithm(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements,
                      const DecodeNested& nested);

}  // namespace laq
