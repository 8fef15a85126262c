// Chunks that are transformed as a whole, and quantized for the least mean squared error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "signal/bands.h"
#include "signal/chunk.h"

namespace laq {

// identity: noise, which no transform makes easier.
enum class Transform : uint8_t { identity, wavelet, slowest_first_wavelet };

// Squared steps that are worth a bit.
inline constexpr double kSquaresPerBit = 0.3;

// step: above 0. state_bits: of the trellis. Nothing where a coefficient is beyond what the syntax holds.
std::optional<EncodedChunk> encode_transformed(const Chunk& chunk, Transform transform, double step, int state_bits);

// False where the stream says something impossible.
bool decode_transformed(ElementType type, const Grid& grid, Transform transform, double step,
                        std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq
