// Encoder of a tile: tries the methods and keeps the shortest.
#pragma once

#include <vector>

#include "lossless/tile.h"

namespace laq::lossless {

struct TileSettings {
  int classes = 16;
  int rounds = 3;
  bool tries_all = false;  // every method, whatever the tile looks like
};

// source: the samples; of a picture with lists of values as they are, too.
std::vector<std::byte> encode_tile(const LosslessHeader& header, const TileArea& area, const TileSamples& source,
                                   const TileSettings& settings);

}  // namespace laq::lossless
