#include "picture/reconstruct/border.h"

#include <algorithm>

namespace laq::picture {
namespace {

constexpr int kRepeated = 8;  // copies of the last sample behind the w + h that prediction speaks of

}  // namespace

Neighbours Border::gather(const PlaneView<const uint16_t>& plane, int x, int y, int w, int h, int above_right,
                          int below_left, int tile_x0, int tile_y0, int max_sample) {
  uint16_t* const above = above_ + kBefore;
  uint16_t* const left = left_ + kBefore;
  const bool has_above = y > tile_y0, has_left = x > tile_x0;
  const int length = w + h + kRepeated;
  const uint16_t* const row = plane.row(y);  // of the block
  if (has_above) {
    std::copy_n(row - plane.stride + x, w + above_right, above);
    std::fill_n(above + w + above_right, length - w - above_right, above[w + above_right - 1]);
  }
  if (has_left) {
    const uint16_t* sample = row + x - 1;
    for (int i = 0; i < h + below_left; ++i, sample += plane.stride) left[i] = *sample;
    std::fill_n(left + h + below_left, length - h - below_left, left[h + below_left - 1]);
  }
  if (!has_above) std::fill_n(above, length, has_left ? left[0] : static_cast<uint16_t>((max_sample + 1) / 2));
  if (!has_left) std::fill_n(left, length, above[0]);
  above[-1] = left[-1] = has_above && has_left ? row[x - 1 - plane.stride] : has_above ? above[0] : left[0];
  return {above, left};
}

}  // namespace laq::picture
