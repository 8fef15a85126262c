// The reconstructed samples around a block, gathered from the plane that is being reconstructed.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "picture/reconstruct/predict.h"
#include "picture/syntax/cell.h"

namespace laq::picture {

// Storage of a block's Neighbours.
class Border {
 public:
  // Gathers the samples above and left of a w x h block (4..64 each) at (x, y) of `plane`. Of the row above, w +
  // above_right samples are reconstructed, of the column left, h + below_left. Behind them the last one is repeated;
  // where a whole side lies outside of the tile, which begins at (tile_x0, tile_y0), the nearest sample of the other
  // side stands in, and mid-gray where both do. The Neighbours point into this object.
  Neighbours gather(const PlaneView<const uint16_t>& plane, int x, int y, int w, int h, int above_right, int below_left,
                    int tile_x0, int tile_y0, int max_sample);

 private:
  static constexpr int kBefore = 32;  // of which the last is the corner
  static constexpr int kLength = kBefore + 2 * kSuperblockSize + 64;
  alignas(64) uint16_t above_[kLength];
  alignas(64) uint16_t left_[kLength];
};

}  // namespace laq::picture
