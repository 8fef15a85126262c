#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <laq/metrics.hpp>

#include "base/without_exceptions.h"
#include "metrics/comparison.h"
#include "metrics/integer_picture.h"

namespace laq {
namespace {

struct SquaredErrors {
  double rgb = 0, y = 0, cb = 0, cr = 0;
};

// The matrix is linear, so it takes the difference of two pixels to the difference of their planes.
SquaredErrors squared_errors(const PictureView& reference, const PictureView& distorted, float background) {
  const uint32_t width = reference.width;
  std::vector<double> rows(size_t{width} * 6);
  std::array<double*, 3> a{}, b{};
  for (int c = 0; c < 3; ++c) {
    a[c] = rows.data() + size_t{width} * c;
    b[c] = rows.data() + size_t{width} * (3 + c);
  }
  SquaredErrors sums;
  for (uint32_t row = 0; row < reference.height; ++row) {
    read_encoded_row(reference, background, row, a);
    read_encoded_row(distorted, background, row, b);
    SquaredErrors part;
    for (uint32_t x = 0; x < width; ++x) {
      const double red = a[0][x] - b[0][x], green = a[1][x] - b[1][x], blue = a[2][x] - b[2][x];
      const double y = kLumaRed * red + kLumaGreen * green + kLumaBlue * blue;
      const double cb = (blue - y) / kBlueDifference, cr = (red - y) / kRedDifference;
      part.rgb += red * red + green * green + blue * blue;
      part.y += y * y;
      part.cb += cb * cb;
      part.cr += cr * cr;
    }
    sums.rgb += part.rgb;
    sums.y += part.y;
    sums.cb += part.cb;
    sums.cr += part.cr;
  }
  return sums;
}

Psnr ratios(const SquaredErrors& sums, double pixels, bool is_gray) {
  const auto decibels = [](double sum, double samples) { return 10 * std::log10(samples / sum); };
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const double rgb = decibels(sums.rgb, 3 * pixels);
  // Rounding would leave gray pictures a trace of colour.
  if (is_gray) return {rgb, rgb, kInfinite, kInfinite, rgb};
  const double y = decibels(sums.y, pixels), cb = decibels(sums.cb, pixels), cr = decibels(sums.cr, pixels);
  return {rgb, y, cb, cr, (6 * y + cb + cr) / 8};
}

}  // namespace

Result<Psnr> psnr(const PictureView& reference, const PictureView& distorted) {
  return without_exceptions([&]() -> Result<Psnr> {
    if (const auto error = check_comparison(reference, distorted)) return *error;
    const IntegerPicture first(reference), second(distorted);
    const double pixels = static_cast<double>(reference.width) * reference.height;
    const bool gray = is_gray(reference) && is_gray(distorted);
    std::optional<Psnr> worst;
    for (const float background : backgrounds(reference)) {
      const Psnr found = ratios(squared_errors(first.view(), second.view(), background), pixels, gray);
      if (!worst || found.rgb < worst->rgb) worst = found;
    }
    return *worst;
  });
}

}  // namespace laq
