// Light of any size as codes of 16 bits, and back.
//
// The place of a number tells its size on a scale that is linear below 2^toe and, above, has 2^23 places an octave,
// with straight lines inside of octaves: the exponent and the fraction of a binary32, one behind the other. Negative
// numbers have the negative place. Codes divide the places from the least to the greatest number of a picture evenly.
// So they are nearly logarithmic, as sight is (and PQ, SMPTE ST 2084), whatever the unit of light, and nothing is
// clipped. Integers only: every machine gives the same.
#pragma once

#include <cstdint>

namespace laq::light {

inline constexpr int kLeastToe = -126, kGreatestToe = 127;
inline constexpr int kOctaveBits = 23;
inline constexpr int64_t kMostPlace = int64_t{255} << kOctaveBits;  // of all numbers and toes
inline constexpr uint32_t kMostCode = 65535;

// value: finite.
int64_t place_of(float value, int toe);
// place: -kMostPlace .. kMostPlace. What lies beyond the greatest number becomes that.
float number_at(int64_t place, int toe);

struct LightCode {
  int toe = 0;         // kLeastToe .. kGreatestToe
  int64_t least = 0;   // the place of code 0
  uint64_t range = 0;  // from there to the place of code 65535

  // value: one whose place is in the range.
  uint16_t code_of(float value) const;
  float number_of(uint16_t code) const;
};

}  // namespace laq::light
