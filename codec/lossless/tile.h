// A tile of a picture that is coded without loss: the ways in which it may be coded, and its planes.
//
//   tile = method (one byte), what the method needs, zeros if the tile must be longer
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "lossless/framed_plane.h"
#include "lossless/header.h"
#include "lossless/plane_model.h"

namespace laq::lossless {

// Their order is their number in streams.
enum class TileMethod : uint8_t {
  raw,        // the samples
  deflated,   // the rows, each filtered as in PNG, deflated by zlib
  predicted,  // planes by linear prediction
  drawn,      // pixels by their neighbourhoods
  gradient,   // planes by the median edge detector
  converted,  // luma and chromas of which the colours were made, by linear prediction
  composed,   // drawn pixels, with insets that are tiles
};
inline constexpr int kTileMethods = 7;

// The channel of a plane: green, red, blue, alpha.
constexpr int channel_of_plane(int channels, int plane) {
  return channels >= 3 && plane < 2 ? 1 - plane : plane;
}
// The number of earlier planes that a plane is predicted from; only colours are predicted from colours.
constexpr int references_of_plane(int channels, int plane) {
  return channels >= 3 && plane < 3 ? plane : 0;
}

// The bits of a channel in drawn tiles: those of the largest number that any channel is coded with.
inline int depth_of_drawn(const LosslessHeader& header) {
  int most = 1;
  for (int channel = 0; channel < header.channels; ++channel) most = std::max(most, header.max_coded(channel));
  return std::bit_width(static_cast<unsigned>(most));
}

// Whether tiles may be of the method `converted`: colours of 8 bits without loss and without lists of their values.
inline bool may_be_converted(const LosslessHeader& header) {
  return header.channels >= 3 && header.depth == 8 && header.max_error == 0 && header.values[0].empty() &&
         header.values[1].empty() && header.values[2].empty();
}

// Where the samples of a tile are taken from, or go to.
struct TileSamples {
  std::byte* first = nullptr;
  size_t row_bytes = 0;
  int channels = 0;
  size_t sample_bytes = 0;

  std::byte* row(int y) const { return first + static_cast<size_t>(y) * row_bytes; }
  size_t pixel_bytes() const { return channels * sample_bytes; }
};

// The memory of decoding any one of the tiles.
size_t tile_decoding_bytes(const LosslessHeader& header, std::span<const std::span<const std::byte>> tiles);

// False if the stream is damaged.
bool decode_tile(const LosslessHeader& header, const TileArea& area, std::span<const std::byte> stream,
                 const TileSamples& out);

}  // namespace laq::lossless
