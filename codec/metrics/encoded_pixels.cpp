#include "metrics/encoded_pixels.h"

#include <algorithm>

#include "metrics/comparison.h"

namespace laq {

void EncodedPixels::read_row(uint32_t y, const std::array<double*, 3>& out) const {
  picture_.depth > 8 ? read<uint16_t>(y, out) : read<uint8_t>(y, out);
}

template <class Sample>
void EncodedPixels::read(uint32_t y, const std::array<double*, 3>& out) const {
  const auto* pixel =
      reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture_.samples) + picture_.row_bytes * y);
  const double peak = (1 << picture_.depth) - 1;
  const bool transparent = has_alpha(picture_);
  const int colours = is_gray(picture_) ? 1 : 3;
  for (uint32_t x = 0; x < picture_.width; ++x, pixel += picture_.channels) {
    const double alpha = transparent ? pixel[colours] / peak : 1;
    for (int c = 0; c < colours; ++c) out[c][x] = alpha * (pixel[c] / peak) + (1 - alpha) * background_;
  }
  for (int c = colours; c < 3; ++c) std::copy_n(out[0], picture_.width, out[c]);
}

}  // namespace laq
