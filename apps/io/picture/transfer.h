// Transfer curves between the signal of samples (0..1) and linear light, in which 1 is reference white: 203 cd/m2, the
// level of HDR reference white (ITU-R BT.2408-7, section 2.1). Transfers are code points of ITU-T H.273.
//
// Sources: SMPTE ST 2084 and ITU-R BT.2100-2 (PQ, HLG), IEC 61966-2-1 (sRGB), ITU-R BT.709-6.
#pragma once

#include <array>
#include <cstdint>

namespace laq::io {

inline constexpr double kReferenceWhite = 203;  // cd/m2
inline constexpr double kPqPeak = 10000;        // cd/m2
inline constexpr uint8_t kTransferSrgb = 13, kTransferPq = 16, kTransferHlg = 18;

// The PQ signal of light, which must be in 0..kPqPeak / kReferenceWhite.
double pq_signal(double light);

// Is this a transfer that light_of() knows?
bool is_known_transfer(uint8_t transfer);

// The light of a signal. For HLG the light of the scene, in 0..1.
double light_of(double signal, uint8_t transfer);

// The light of a display of 1000 cd/m2 that shows this light of a scene by HLG.
std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene);

}  // namespace laq::io
