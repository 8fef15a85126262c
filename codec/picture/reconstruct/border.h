// The reconstructed samples around a block, gathered from the plane that is being reconstructed.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "picture/geometry.h"
#include "picture/reconstruct/predict.h"

namespace laq::picture {

// Storage of a block's Neighbours.
class Border {
 public:
  // How many samples beyond the block are reconstructed in the row above it, and in the column to its left.
  struct Available {
    int above_right;
    int below_left;
  };

  // Gathers the samples above and left of a block of `plane`. Behind those that are available the last one is repeated;
  // if a whole side lies outside of the tile, the nearest sample of the other side stands in for it, and mid-gray if
  // both do. The Neighbours point into this object.
  Neighbours gather(PlaneView<const uint16_t> plane, const BlockPlace& block, Available available,
                    const Rectangle& tile, int max_sample);

 private:
  static constexpr int kBefore = 32;  // elements before the block's own; the last of them is the corner
  static constexpr int kLength = kBefore + 2 * kSuperblockSize + 64;
  alignas(64) uint16_t above_[kLength];
  alignas(64) uint16_t left_[kLength];
};

}  // namespace laq::picture
