// Cell: what a decoded block leaves behind on the grid of 4x4 samples, for the contexts of later blocks and the loop
// filters.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "picture/geometry.h"
#include "picture/syntax/prediction.h"

namespace laq::picture {

struct Cell {
  // The fields describe the block that covers the cell; 0 if none is decoded yet. Blocks are aligned to their own size,
  // so cell (x, y) begins a block if x * 4 % width == 0.
  uint8_t log2_width = 0;
  uint8_t log2_height = 0;
  uint8_t mode = 0;  // intra mode of luma
  uint8_t chroma_mode = 0;
  uint8_t step_index = 0;    // quantization step of the block, see quantize/step.h: 16 steps an octave
  uint8_t coded_planes = 0;  // bit p is set if plane p of the block has a coefficient other than zero
  Prediction prediction = Prediction::intra;
  BlockVector vector;  // of a copy
  bool operator==(const Cell&) const = default;

  bool is_decoded() const { return log2_width != 0; }
};

using CellMap = Plane<Cell>;  // ceil(width / 4) x ceil(height / 4)

}  // namespace laq::picture
