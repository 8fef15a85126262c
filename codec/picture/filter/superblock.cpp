#include "picture/filter/superblock.h"

#include "quantize/step.h"

namespace laq::picture {

BoundaryRows::BoundaryRows(const Plane<uint16_t>& plane)
    : rows_(plane.width(), kRows * (superblocks(plane.height()) - 1)) {
  for (int i = 0; i < rows_.height(); ++i) {
    const int y = (i / kRows + 1) * kSuperblockSize - SuperblockWindow::kMargin + i % kRows;
    std::copy_n(plane.row(y), plane.width(), rows_.row(i));
  }
}

const uint16_t* BoundaryRows::row(int y, int band) const {
  const int boundary = y < band * kSuperblockSize ? band - 1 : band;
  return rows_.row(boundary * kRows + y - ((boundary + 1) * kSuperblockSize - SuperblockWindow::kMargin));
}

void load_window(SuperblockWindow& window, const Plane<uint16_t>& plane, const SuperblockPlace& place,
                 const BoundaryRows* boundary, const SuperblockWindow* left) {
  constexpr int kMargin = SuperblockWindow::kMargin;
  for (int y = -kMargin; y < place.height + kMargin; ++y) {
    const int picture_y = std::clamp(place.y + y, 0, plane.height() - 1);
    const bool inside = picture_y >= place.y && picture_y < place.y + place.height;
    const uint16_t* from =
        inside || !boundary ? plane.row(picture_y) : boundary->row(picture_y, place.y / kSuperblockSize);
    uint16_t* to = window.row(y);
    std::copy_n(from + place.x, place.width, to);
    for (int i = 0; i < kMargin; ++i) {
      to[place.width + i] = from[std::min(place.x + place.width + i, plane.width() - 1)];
      const int x = i - kMargin;
      to[x] = left && inside ? left->row(y)[kSuperblockSize + x] : from[std::max(place.x + x, 0)];
    }
  }
}

FilteredBlocks find_blocks(const SuperblockWindow& luma, const SuperblockPlace& place, const CellMap& cells,
                           int depth) {
  FilteredBlocks found;
  for (int y = 0; y < place.height; y += kDirectionalBlock) {
    const Cell* above = cells.row((place.y + y) / kCellSize) + place.x / kCellSize;
    const Cell* below = cells.row((place.y + y) / kCellSize + 1) + place.x / kCellSize;
    for (int x = 0; x < place.width; x += kDirectionalBlock) {
      const Cell *a = above + x / kCellSize, *b = below + x / kCellSize;
      if ((a[0].coded_planes | a[1].coded_planes | b[0].coded_planes | b[1].coded_planes) == 0) continue;
      const int step = (a[0].step_index + a[1].step_index + b[0].step_index + b[1].step_index + 2) / 4;
      found.block[found.count++] = {static_cast<uint8_t>(x), static_cast<uint8_t>(y),
                                    find_direction(luma.row(y) + x, SuperblockWindow::kStride, depth),
                                    quantization_step(step)};
    }
  }
  return found;
}

}  // namespace laq::picture
