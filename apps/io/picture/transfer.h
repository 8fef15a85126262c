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
// The primaries of H.273. OpenEXR, PNG and TIFF files have chromaticities in place of a code point; of the two that are
// equal, 6 and 7, they are read as the first.
inline constexpr Primaries kKnownPrimaries[] = {
    {kPrimariesBt709, {0.640F, 0.330F}, {0.300F, 0.600F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},
    {4, {0.670F, 0.330F}, {0.210F, 0.710F}, {0.140F, 0.080F}, {0.3100F, 0.3160F}},   // BT.470 M
    {5, {0.640F, 0.330F}, {0.290F, 0.600F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},   // BT.601 of 625 lines
    {6, {0.630F, 0.340F}, {0.310F, 0.595F}, {0.155F, 0.070F}, {0.3127F, 0.3290F}},   // BT.601 of 525 lines
    {7, {0.630F, 0.340F}, {0.310F, 0.595F}, {0.155F, 0.070F}, {0.3127F, 0.3290F}},   // SMPTE ST 240
    {8, {0.681F, 0.319F}, {0.243F, 0.692F}, {0.145F, 0.049F}, {0.3100F, 0.3160F}},   // film
    {9, {0.708F, 0.292F}, {0.170F, 0.797F}, {0.131F, 0.046F}, {0.3127F, 0.3290F}},   // BT.2020
    {10, {1, 0}, {0, 1}, {0, 0}, {1 / 3.0F, 1 / 3.0F}},                              // CIE 1931 XYZ
    {11, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3140F, 0.3510F}},  // DCI-P3
    {12, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},  // Display P3
    {22, {0.630F, 0.340F}, {0.295F, 0.605F}, {0.155F, 0.077F}, {0.3127F, 0.3290F}},  // EBU Tech. 3213
};

// The code point of primaries whose chromaticities are these, nearly; 0 if H.273 has none. Their own is not looked at.
uint8_t code_point_of(const Primaries& primaries);
// The primaries of a code point; null if H.273 has none.
const Primaries* primaries_of(uint8_t code_point);

// The light of a display of 1000 cd/m2 that shows this light of a scene by HLG.
std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene);

}  // namespace laq::io
