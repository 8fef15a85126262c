// Code points of ITU-T H.273, and what laq::linear_light() has not: the way from the light of a scene by HLG to that of
// a display (ITU-R BT.2100-2). 1 is reference white: 203 cd/m2, the level of HDR reference white (ITU-R BT.2408-7,
// section 2.1).
#pragma once

#include <array>
#include <cstdint>

namespace laq::io {

inline constexpr double kReferenceWhite = 203;  // cd/m2
inline constexpr double kPqPeak = 10000;        // cd/m2
inline constexpr uint8_t kTransferLinear = 8, kTransferSrgb = 13, kTransferPq = 16, kTransferHlg = 18;
inline constexpr uint8_t kPrimariesBt709 = 1;  // those of sRGB, too

// The chromaticities of primaries and white, x and y (H.273, table 2).
struct Primaries {
  uint8_t code_point;
  float red[2], green[2], blue[2], white[2];
};
// The primaries that OpenEXR files are read and written with.
inline constexpr Primaries kExrPrimaries[] = {
    {kPrimariesBt709, {0.640F, 0.330F}, {0.300F, 0.600F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},
    {9, {0.708F, 0.292F}, {0.170F, 0.797F}, {0.131F, 0.046F}, {0.3127F, 0.3290F}},   // BT.2020
    {11, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3140F, 0.3510F}},  // DCI-P3
    {12, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},  // Display P3
};

// The light of a display of 1000 cd/m2 that shows this light of a scene by HLG.
std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene);

}  // namespace laq::io
