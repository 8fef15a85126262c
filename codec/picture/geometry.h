// How a picture is laid out: planes, superblocks, cells, rectangles, and the places of blocks.
#pragma once

#include <cstdint>

#include "transform/block_shape.h"

namespace laq::picture {

inline constexpr int kMaxPlanes = 3;  // that share one partition
inline constexpr int kCellSize = 4;   // samples a side
inline constexpr int kLog2SuperblockSize = 6;
inline constexpr int kSuperblockSize = 1 << kLog2SuperblockSize;

// The number of superblocks that cover so many samples.
constexpr int superblocks(int samples) {
  return (samples + kSuperblockSize - 1) / kSuperblockSize;
}

// A rectangle of samples, multiples of 8 but for the tile's outer ends.
struct Rectangle {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  uint64_t area() const { return static_cast<uint64_t>(x1 - x0) * static_cast<uint64_t>(y1 - y0); }
};

// The place of a block, or of a square node of the partition: its first sample in the picture, and its shape.
struct BlockPlace {
  int x = 0;
  int y = 0;
  BlockShape shape;

  int width() const { return shape.width(); }
  int height() const { return shape.height(); }
  int area() const { return shape.area(); }
  // The block of this shape that begins so many samples further on.
  BlockPlace part(int right, int down, BlockShape part_shape) const { return {x + right, y + down, part_shape}; }
};

}  // namespace laq::picture
