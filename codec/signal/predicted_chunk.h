// Chunks whose samples are predicted one by one and quantized within a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "signal/chunk.h"

namespace laq {

enum class Prediction : uint8_t { interpolation, causal, regression };

// Whether a prediction may be worth trying.
bool suits(Prediction prediction, const Grid& grid);

// dead_zone: see BoundedQuantizer. Nothing where samples would have to stand for themselves
// and may not.
std::optional<EncodedChunk> encode_predicted(const Chunk& chunk, Prediction prediction, double bound, double dead_zone,
                                             bool may_be_verbatim);

void decode_predicted(const ElementRange& range, const Grid& grid, Prediction prediction, double bound,
                      bool may_be_verbatim, std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq
