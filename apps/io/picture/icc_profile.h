// ICC profiles of colours that a file gives by numbers, made by Little CMS.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace laq::io {

// x and y of white, red, green and blue in CIE 1931, in the order of cHRM of PNG.
using Chromaticities = std::array<double, 8>;
inline constexpr Chromaticities kSrgbChromaticities = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

struct CalibratedColour {
  double gamma = 0;  // light is the encoded value to this power; 0: the curve of sRGB
  Chromaticities chromaticities = kSrgbChromaticities;  // not looked at if the picture is gray
  bool is_gray = false;
};

// The same bytes on every day and every machine. Empty if the numbers are no colours, or laq was built without Little
// CMS.
std::vector<std::byte> make_icc_profile(const CalibratedColour& colour);

}  // namespace laq::io
