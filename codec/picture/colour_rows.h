// The kernel of colour.h in vectors: rows of 8-bit RGB, which most pictures have.
#pragma once

#include <cstdint>

namespace laq::picture {

// ITU-R BT.709-6, item 3.2: luma weights, and the factors of the way back in 1/2^kColourBits, rounded to nearest.
inline constexpr double kRed = 0.2126, kBlue = 0.0722, kGreen = 1 - kRed - kBlue;
inline constexpr int kColourBits = 14;
constexpr int32_t colour_factor(double x) {
  return static_cast<int32_t>(x * (1 << kColourBits) + (x < 0 ? -0.5 : 0.5));
}
inline constexpr int32_t kRedOfCr = colour_factor(2 * (1 - kRed)), kBlueOfCb = colour_factor(2 * (1 - kBlue));
inline constexpr int32_t kGreenOfCb = colour_factor(2 * kBlue * (1 - kBlue) / kGreen);
inline constexpr int32_t kGreenOfCr = colour_factor(2 * kRed * (1 - kRed) / kGreen);

// The interleaved samples of `width` pixels from planes of `coding_depth` bits, 9 or more. Ties between two samples go
// to the even one.
void row_to_rgb8(const uint16_t* luma, const uint16_t* cb, const uint16_t* cr, int width, int coding_depth,
                 uint8_t* out);

}  // namespace laq::picture
