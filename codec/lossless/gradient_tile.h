// Tiles that are coded fast: the median edge detector predicts each plane, and its residuals are coded by lanes, row by
// row.
// Source of the predictor: Weinberger et al., "The LOCO-I lossless image compression algorithm", 2000.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "lossless/tile.h"

namespace laq::lossless {

inline constexpr int kGradientPlanes = 4;  // that are predicted at once

// How three colours become planes. The order is their number in streams.
enum class ColourTransform : uint8_t {
  none,
  subtract_green,  // green, red - green, blue - green
  ycocg,           // luma, orange and green chroma; source: Malvar and Sullivan, "YCoCg-R", JVT-I014r3, 2003
};
inline constexpr int kColourTransforms = 3;

struct GradientHeader {
  ColourTransform transform = ColourTransform::none;
  uint64_t escapes = 0;
  uint64_t tables = 0;
  std::span<const std::byte> symbols, words;

  void write(ByteWriter& writer) const;
  // False if a number is out of its range for a tile of so many samples.
  bool read(ByteReader& reader, uint64_t samples);
};

// The memory of decoding a tile from a stream of so many bytes.
size_t gradient_decoding_bytes(const LosslessHeader& header, const TileArea& area, size_t stream_bytes);

// stream: what is behind the method. False if it is damaged.
bool decode_gradient(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                     const TileSamples& out);

}  // namespace laq::lossless
