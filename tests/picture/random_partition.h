// A picture cut into random blocks, as a decoder would leave it behind in the cells.
#pragma once

#include <algorithm>
#include <random>

#include "picture/syntax/cell.h"

namespace laq::picture::test {

// Blocks of 4..64 samples and their halves, of one step index around `step_index` each (at most 8 from it), with
// coefficients in every plane except for a few, and a quarter of them copies. Sides are multiples of 8.
class RandomPartition {
 public:
  RandomPartition(int width, int height, int step_index, unsigned seed)
      : cells_(width / kCellSize, height / kCellSize), step_index_(step_index), random_(seed) {
    for (int y = 0; y < height; y += kSuperblockSize) {
      for (int x = 0; x < width; x += kSuperblockSize) split(x, y, 6);
    }
  }
  const CellMap& cells() const { return cells_; }

 private:
  bool fits(int x, int y, int log2_width, int log2_height) const {
    return x + (1 << log2_width) <= cells_.width() * kCellSize && y + (1 << log2_height) <= cells_.height() * kCellSize;
  }

  void split(int x, int y, int log2_size) {
    if (x >= cells_.width() * kCellSize || y >= cells_.height() * kCellSize) return;
    const bool fits_whole = fits(x, y, log2_size, log2_size);
    const unsigned kind = random_() % 8;
    const int half = 1 << log2_size >> 1;
    if (fits_whole && (log2_size == 2 || kind < 2)) return mark(x, y, log2_size, log2_size);
    if (fits_whole && kind == 2) {
      mark(x, y, log2_size - 1, log2_size);
      return mark(x + half, y, log2_size - 1, log2_size);
    }
    if (fits_whole && kind == 3) {
      mark(x, y, log2_size, log2_size - 1);
      return mark(x, y + half, log2_size, log2_size - 1);
    }
    for (const int dy : {0, half}) {
      for (const int dx : {0, half}) split(x + dx, y + dy, log2_size - 1);
    }
  }

  void mark(int x, int y, int log2_width, int log2_height) {
    Cell cell;
    cell.log2_width = static_cast<uint8_t>(log2_width);
    cell.log2_height = static_cast<uint8_t>(log2_height);
    cell.step_index = static_cast<uint8_t>(std::clamp(step_index_ + static_cast<int>(random_() % 17) - 8, 0, 255));
    cell.coded_planes = random_() % 3 ? 7 : static_cast<uint8_t>(random_() % 8);
    cell.prediction = random_() % 4 ? Prediction::intra : Prediction::copy;
    for (int dy = 0; dy < 1 << log2_height; dy += kCellSize) {
      std::fill_n(cells_.row((y + dy) / kCellSize) + x / kCellSize, (1 << log2_width) / kCellSize, cell);
    }
  }

  CellMap cells_;
  int step_index_;
  std::mt19937 random_;
};

}  // namespace laq::picture::test
