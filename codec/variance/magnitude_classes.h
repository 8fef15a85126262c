// Classes of magnitudes: half octaves of a sum of the magnitudes around a sample, by which its own is expected.
//
//   class of a sum: 0, 1, 2, 3, 4-5, 6-7, 8-11, 12-15, ..., up to kMagnitudeClasses - 1
//
// Sums weigh the magnitudes around with kMagnitudeWeight in all.
// Used by: the contexts of levels that are coded by lanes (entropy/lane_rans.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "entropy/lane_rans.h"

namespace laq {

inline constexpr int kMagnitudeWeight = 12;
inline constexpr int kMostCountedMagnitude = 2500;  // larger ones count as this

constexpr int magnitude_class(uint16_t sum) {
  // Exponent and highest fraction bit of a float count half octaves; 1 has none of its own above it.
  constexpr int kBitsBelow = 22, kBelowOne = 2 * 127 - 1;
  const int halves = static_cast<int>(std::bit_cast<uint32_t>(static_cast<float>(sum)) >> kBitsBelow) - kBelowOne;
  return std::clamp(halves - (halves > 1 ? 1 : 0), 0, kMagnitudeClasses - 1);
}

}  // namespace laq
