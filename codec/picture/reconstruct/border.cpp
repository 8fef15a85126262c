#include "picture/reconstruct/border.h"

#include <algorithm>

namespace laq::picture {
namespace {

constexpr int kRepeated = 8;  // copies of the last sample, behind width + height of them

}  // namespace

Neighbours Border::gather(PlaneView<const uint16_t> plane, const BlockPlace& block, Available available,
                          const Rectangle& tile, int max_sample) {
  const int x = block.x, y = block.y;
  const int known_above = block.width() + available.above_right, known_left = block.height() + available.below_left;
  uint16_t* const above = above_ + kBefore;
  uint16_t* const left = left_ + kBefore;
  const bool has_above = y > tile.y0, has_left = x > tile.x0;
  const int length = block.width() + block.height() + kRepeated;
  const uint16_t* const row = plane.row(y);  // of the block
  if (has_above) {
    std::copy_n(row - plane.stride + x, known_above, above);
    std::fill_n(above + known_above, length - known_above, above[known_above - 1]);
  }
  if (has_left) {
    const uint16_t* sample = row + x - 1;
    for (int i = 0; i < known_left; ++i, sample += plane.stride) left[i] = *sample;
    std::fill_n(left + known_left, length - known_left, left[known_left - 1]);
  }
  if (!has_above) std::fill_n(above, length, has_left ? left[0] : static_cast<uint16_t>((max_sample + 1) / 2));
  if (!has_left) std::fill_n(left, length, above[0]);
  above[-1] = left[-1] = has_above && has_left ? row[x - 1 - plane.stride] : has_above ? above[0] : left[0];
  return {above, left};
}

}  // namespace laq::picture
