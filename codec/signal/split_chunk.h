// Chunks of which some elements are set apart: fill values that mark what is missing, and what is not finite. In the
// nested chunk they are NaN.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "signal/nested_chunk.h"

namespace laq {

// Nothing where there is no fill value to set apart.
std::optional<EncodedChunk> encode_split(const Chunk& chunk, const ChunkFormat& format, const EncodeNested& nested);

// False where the stream says something impossible.
bool decode_split(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements,
                  const DecodeNested& nested);

}  // namespace laq
