// Comparison: what the measures of two pictures have in common: which pairs they refuse, what shows through alpha, and
// the encoded samples, for the measures that do not look at light.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "laq/laq.hpp"

namespace laq {

// invalid_argument for a picture that laq::encode would refuse; the message begins with `name`.
std::optional<Error> check_compared(const PictureView& picture, const char* name);
// invalid_argument that names both sizes, where they differ.
std::optional<Error> check_same_size(uint32_t reference_width, uint32_t reference_height, const PictureView& distorted);
// All of this for two pictures.
std::optional<Error> check_comparison(const PictureView& reference, const PictureView& distorted);

inline bool has_alpha(const PictureView& picture) {
  return picture.channels == 2 || picture.channels == 4;
}
inline bool is_gray(const PictureView& picture) {
  return picture.channels <= 2;
}

// The backgrounds, as encoded (0..1), over which pictures are compared with this reference; the worst result counts.
// They are dark and light where the reference has alpha, as in libjxl's tool `ssimulacra2`, else there is one.
std::span<const float> backgrounds(const PictureView& reference);

// Red, green and blue of row y as encoded, 0..1, over a background; gray gives three equal rows. out: `width` numbers
// each.
void read_encoded_row(const PictureView& picture, double background, uint32_t y, const std::array<double*, 3>& out);

// ITU-R BT.709: luma from red, green and blue, and the divisors that bring B - Y and R - Y to -0.5..0.5.
inline constexpr double kLumaRed = 0.2126, kLumaGreen = 0.7152, kLumaBlue = 0.0722;
inline constexpr double kBlueDifference = 1.8556, kRedDifference = 1.5748;

}  // namespace laq
