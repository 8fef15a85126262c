// Encoder of a tile: tries the methods and keeps the shortest.
#pragma once

#include <vector>

#include "entropy/lane_rans.h"
#include "lossless/tile.h"

namespace laq::lossless {

struct TileSettings {
  int classes = 16;  // of linear predictors; 0: the median edge detector, which is fast, does unless there is a bound
  int rounds = 3;
  bool tries_all = false;     // every method, whatever the tile looks like
  bool may_be_drawn = false;  // the picture repeats itself
};

// Memory that the tiles of one thread share.
struct TileWorkspace {
  LevelRows rows{0};
};

// source: the samples; of a picture with lists of values as they are, too.
std::vector<std::byte> encode_tile(const LosslessHeader& header, const TileArea& area, const TileSamples& source,
                                   const TileSettings& settings, TileWorkspace& workspace);

}  // namespace laq::lossless
