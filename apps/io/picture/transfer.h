// What laq::linear_light() has not: the way from linear light to the PQ signal (SMPTE ST 2084), and from the light of a
// scene by HLG to that of a display (ITU-R BT.2100-2). 1 is reference white: 203 cd/m2, the level of HDR reference
// white (ITU-R BT.2408-7, section 2.1). Transfers are code points of ITU-T H.273.
#pragma once

#include <array>
#include <cstdint>

namespace laq::io {

inline constexpr double kReferenceWhite = 203;  // cd/m2
inline constexpr double kPqPeak = 10000;        // cd/m2
inline constexpr uint8_t kTransferSrgb = 13, kTransferPq = 16, kTransferHlg = 18;

// The PQ signal of light, which must be in 0..kPqPeak / kReferenceWhite.
double pq_signal(double light);

// The light of a display of 1000 cd/m2 that shows this light of a scene by HLG.
std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene);

}  // namespace laq::io
