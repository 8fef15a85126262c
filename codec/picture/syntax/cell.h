// Cell: what a decoded block leaves behind on the grid of 4x4 samples, for the contexts of later blocks and the loop
// filters.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace laq::picture {

inline constexpr int kCellSize = 4;  // samples a side
inline constexpr int kLog2SuperblockSize = 6;
inline constexpr int kSuperblockSize = 1 << kLog2SuperblockSize;

// How many superblocks cover so many samples.
constexpr int superblocks(int samples) {
  return (samples + kSuperblockSize - 1) / kSuperblockSize;
}

// A rectangle of samples, multiples of 8 but for the tile's outer ends.
struct Rectangle {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  uint64_t area() const { return static_cast<uint64_t>(x1 - x0) * static_cast<uint64_t>(y1 - y0); }
};

// How a block is predicted: from its borders, by a copy of other samples of the tile, or by a palette.
enum class Prediction : uint8_t { intra, copy, palette };

struct Vector {
  int16_t x = 0;
  int16_t y = 0;
  bool operator==(const Vector&) const = default;
};

struct Cell {
  uint8_t log2_width = 0;  // of the block that covers the cell; 0: not yet coded. Blocks are aligned to their own size,
  uint8_t log2_height = 0;  // so cell (x, y) begins a block where x * 4 % width == 0
  uint8_t mode = 0;         // luma prediction mode
  uint8_t chroma_mode = 0;
  uint8_t step_index = 0;    // quantization step of the block, see quantize/step.h: 16 steps an octave
  uint8_t coded_planes = 0;  // bit p is set where plane p of the block has a coefficient that is not zero
  Prediction prediction = Prediction::intra;
  Vector vector;  // of a copy
  bool operator==(const Cell&) const = default;
};

using CellMap = Plane<Cell>;  // ceil(width / 4) x ceil(height / 4)

}  // namespace laq::picture
