// One superblock as the directional filter sees it: its samples with a margin, and the blocks that may change.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/plane.h"
#include "picture/filter/directional_filter.h"
#include "picture/syntax/cell.h"

namespace laq::picture {

struct SuperblockPlace {
  int x;
  int y;
  int width;
  int height;

  SuperblockPlace(int column, int row, int picture_width, int picture_height)
      : x(column * kSuperblockSize),
        y(row * kSuperblockSize),
        width(std::min(kSuperblockSize, picture_width - x)),
        height(std::min(kSuperblockSize, picture_height - y)) {}
};

// The samples of a superblock in one plane with two more on every side; outside of the picture the nearest sample is
// repeated.
class SuperblockWindow {
 public:
  static constexpr int kMargin = 2;
  static constexpr ptrdiff_t kStride = kSuperblockSize + 16;
  static constexpr int kRows = kSuperblockSize + 2 * kMargin;

  // row(y), y in -kMargin .. kSuperblockSize + kMargin - 1; columns likewise. 8 further columns may be read and
  // written.
  uint16_t* row(int y) { return samples_.data() + (y + kMargin) * kStride + kFirst; }
  const uint16_t* row(int y) const { return samples_.data() + (y + kMargin) * kStride + kFirst; }

 private:
  static constexpr int kFirst = 8;
  alignas(64) std::array<uint16_t, kStride * kRows> samples_;
};

// The rows around every boundary between two rows of superblocks, as they were before the directional filter.
class BoundaryRows {
 public:
  explicit BoundaryRows(const Plane<uint16_t>& plane);

  static size_t bytes(int width, int height) {
    return Plane<uint16_t>::bytes_of(width, kRows * (superblocks(height) - 1));
  }

  // Row y of the picture, which is next to the row of superblocks `band` and outside of it.
  const uint16_t* row(int y, int band) const;

 private:
  static constexpr int kRows = 2 * SuperblockWindow::kMargin;

  Plane<uint16_t> rows_;
};

// Loads a window from `plane`. If neighbouring superblocks may be filtered already, `boundary` has the plane's rows as
// they were before; if the one on the left is filtered, `left` is its window.
void load_window(SuperblockWindow& window, const Plane<uint16_t>& plane, const SuperblockPlace& place,
                 const BoundaryRows* boundary = nullptr, const SuperblockWindow* left = nullptr);

// A block that the directional filter may change.
struct FilteredBlock {
  uint8_t x;  // in samples from the superblock's corner
  uint8_t y;
  BlockDirection direction;
  uint32_t step;
};

struct FilteredBlocks {
  std::array<FilteredBlock, 64> block;
  int count = 0;
};

// The 8x8 blocks of a superblock that have a coefficient other than zero. luma: the superblock's window in luma.
FilteredBlocks find_blocks(const SuperblockWindow& luma, const SuperblockPlace& place, const CellMap& cells, int depth);

}  // namespace laq::picture
