// Chunks of series that are transformed by frequency: channels are rotated into each other, cut into blocks that follow
// the signal, and quantized for the least mean squared error.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "array/chunk.h"

namespace laq::array {

// Whether it holds series of some length.
bool suits_lapped_transform(const Grid& grid);

// As encode_transformed and decode_transformed, of grids that suit.
std::optional<EncodedChunk> encode_lapped(const Chunk& chunk, double step, double lambda, int state_bits);
size_t lapped_decoding_bytes(const Grid& grid);  // without holes
bool decode_lapped(const ElementRange& range, const Grid& grid, double step, std::span<const std::byte> stream,
                   std::span<std::byte> elements);

}  // namespace laq::array
