// Classes of magnitudes: half octaves of a sum of the magnitudes around a sample, which tell how large its own is.
//
//   class of a sum: 0, 1, 2, 3, 4-5, 6-7, 8-11, 12-15, ..., up to kMagnitudeClasses - 1
//
// Sums weigh the magnitudes around with kMagnitudeWeight in all.
// Used by: the contexts of levels that are coded by lanes (entropy/lane_rans.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace laq {

inline constexpr int kMagnitudeClasses = 30, kMagnitudeWeight = 12;
inline constexpr int kMostCountedMagnitude = 2500;  // larger ones count as this

constexpr int magnitude_class(uint16_t sum) {
  // Exponent and highest fraction bit of a float count half octaves; 1 has none of its own above it.
  constexpr int kBitsBelow = 22, kBelowOne = 2 * 127 - 1;
  const int halves = static_cast<int>(std::bit_cast<uint32_t>(static_cast<float>(sum)) >> kBitsBelow) - kBelowOne;
  return std::clamp(halves - (halves > 1 ? 1 : 0), 0, kMagnitudeClasses - 1);
}

// The bits of a level below those that its symbol tells, where magnitudes of a class are expected.
constexpr int low_bits_of(int magnitude_class) {
  constexpr int kSymbolOctaves = 6;
  const int octave = magnitude_class < 3 ? std::max(magnitude_class - 1, 0) : magnitude_class / 2;
  return std::max(octave - kSymbolOctaves, 0);
}
inline constexpr int kFirstClassWithLowBits = 14;
static_assert(low_bits_of(kFirstClassWithLowBits) == 1 && low_bits_of(kFirstClassWithLowBits - 1) == 0);

}  // namespace laq
