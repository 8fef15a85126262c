#include "metrics/psnr.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace laq {

namespace {

// ITU-R BT.709: luma from R, G, B, and the divisors that bring B - Y and R - Y to -0.5..0.5.
constexpr double kRed = 0.2126, kGreen = 0.7152, kBlue = 0.0722;
constexpr double kBlueDifference = 1.8556, kRedDifference = 1.5748;

struct SquaredErrors {
  double rgb = 0, y = 0, u = 0, v = 0;
};

template <class Sample>
const Sample* row_of(const PictureView& picture, uint32_t y) {
  return reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) +
                                         size_t{y} * picture.row_bytes);
}

// The matrix is linear, so it takes the difference of two pixels to the difference of their planes.
template <class Sample>
SquaredErrors squared_errors(const PictureView& reference, const PictureView& distorted) {
  SquaredErrors sums;
  const bool is_gray = reference.channels <= 2;
  for (uint32_t y = 0; y < reference.height; ++y) {
    const Sample *a = row_of<Sample>(reference, y), *b = row_of<Sample>(distorted, y);
    SquaredErrors row;
    for (uint32_t x = 0; x < reference.width; ++x, a += reference.channels, b += distorted.channels) {
      const double red = a[0] - b[0];
      if (is_gray) {
        row.y += red * red;
        continue;
      }
      const double green = a[1] - b[1], blue = a[2] - b[2];
      const double luma = kRed * red + kGreen * green + kBlue * blue;
      const double u = (blue - luma) / kBlueDifference, v = (red - luma) / kRedDifference;
      row.rgb += red * red + green * green + blue * blue;
      row.y += luma * luma;
      row.u += u * u;
      row.v += v * v;
    }
    sums.rgb += row.rgb;
    sums.y += row.y;
    sums.u += row.u;
    sums.v += row.v;
  }
  return sums;
}

}  // namespace

Psnr psnr(const PictureView& reference, const PictureView& distorted) {
  const bool is_gray = reference.channels <= 2;
  if (reference.width != distorted.width || reference.height != distorted.height ||
      reference.depth != distorted.depth || is_gray != (distorted.channels <= 2)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  const SquaredErrors sums = reference.depth > 8 ? squared_errors<uint16_t>(reference, distorted)
                                                 : squared_errors<uint8_t>(reference, distorted);
  const double pixels = static_cast<double>(reference.width) * reference.height;
  const double peak = (1 << reference.depth) - 1;
  const auto decibels = [&](double sum, double samples) { return 10 * std::log10(peak * peak * samples / sum); };
  const double y = decibels(sums.y, pixels);
  if (is_gray) return {y, y, y};
  return {decibels(sums.rgb, 3 * pixels), y, (6 * y + decibels(sums.u, pixels) + decibels(sums.v, pixels)) / 8};
}

}  // namespace laq
