// Peak signal-to-noise ratio in decibels: 10 log10(peak^2 / mean squared error), peak = 2^depth - 1; infinite where
// there is no error. Alpha is left out.
#pragma once

#include "laq/laq.hpp"

namespace laq {

struct Psnr {
  double rgb;  // of all samples of red, green and blue together
  double y;    // of luma: BT.709 matrix on the encoded samples, full range, not rounded
  double yuv;  // (6 y + u + v) / 8, the weighted mean of the three planes' ratios at full chroma resolution
};

// Both pictures have the same width, height, depth and number of channels other than alpha; all members are NaN where
// it is not so. Of gray pictures all three are the same.
Psnr psnr(const PictureView& reference, const PictureView& distorted);

}  // namespace laq
