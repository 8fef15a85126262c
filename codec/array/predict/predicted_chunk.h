// Chunks whose samples are predicted one by one and quantized within a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "array/chunk.h"

namespace laq::array {

enum class Prediction : uint8_t { interpolation, causal, regression };

// Whether a prediction may be worth trying.
bool suits(Prediction prediction, const Grid& grid);

// dead_zone: see BoundedQuantizer. Nothing where samples would have to stand for themselves
// and may not.
std::optional<EncodedChunk> encode_predicted(const Chunk& chunk, Prediction prediction, double bound, double dead_zone,
                                             bool may_be_verbatim);

// What decoding takes beside stream and elements, at most.
size_t predicted_decoding_bytes(ElementType type, const Grid& grid, Prediction prediction, bool may_be_verbatim,
                                std::span<const std::byte> stream);

// False if the stream ends before the chunk.
bool decode_predicted(const ElementRange& range, const Grid& grid, Prediction prediction, double bound,
                      bool may_be_verbatim, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq::array
