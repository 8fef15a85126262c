// Chunks that are transformed as a whole, and quantized for the least mean squared error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "array/chunk.h"
#include "array/transform/bands.h"

namespace laq::array {

// identity: noise, which no transform makes easier.
enum class Transform : uint8_t { identity, wavelet, slowest_first_wavelet, lapped };

// Squared error that is worth a bit, in squares of the tolerance: the slope of the rate-distortion curve on which
// every chunk of a file is to lie.
inline constexpr double kSquaresPerBit = 0.3;

// tolerance: the step of wavelet coefficients, above 0; of noise it is smaller. state_bits: of the trellis. Nothing
// where a coefficient is beyond what the syntax holds.
std::optional<EncodedChunk> encode_transformed(const Chunk& chunk, Transform transform, double tolerance,
                                               int state_bits);

// What decoding takes beside stream and elements, at most.
size_t transformed_decoding_bytes(ElementType type, const Grid& grid, Transform transform,
                                  std::span<const std::byte> stream);

// False where the stream says something impossible.
bool decode_transformed(const ElementRange& range, const Grid& grid, Transform transform, double tolerance,
                        std::span<const std::byte> stream, std::span<std::byte> elements);

}  // namespace laq::array
