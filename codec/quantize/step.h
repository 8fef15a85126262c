// Quantization steps: an index counts sixteenths of an octave, and a fraction sixteenths of an index.
#pragma once

#include <cstdint>

namespace laq {

inline constexpr int kStepsPerOctave = 16;
inline constexpr int kMaxStepIndex = 255;
inline constexpr int kStepFractions = 16;  // parts of an index
inline constexpr int kStepFraction = 8;    // fractional bits of quantization_step

// step(index) = 2^(index / 16) samples / 4, in units of one coding sample (a quarter of an 8-bit level), with
// kStepFraction fractional bits: index 0 is a quarter of a coding sample, index 255 about 15 600. fraction (0 ..
// kStepFractions - 1) goes on towards the next index, linearly. Integers, the same everywhere.
inline uint32_t quantization_step(int index, int fraction = 0) {
  // round(2^(16 + i / 16)), i = 0..16
  constexpr uint32_t kOctave[kStepsPerOctave + 1] = {65536,  68438,  71468,  74632,  77936,  81386,
                                                     84990,  88752,  92682,  96785,  101070, 105545,
                                                     110218, 115098, 120194, 125515, 131072};
  // A quarter of a sample with 8 fractional bits is 2^6.
  const int shift = 10 - index / kStepsPerOctave;
  const uint32_t* two = kOctave + index % kStepsPerOctave;
  const uint32_t mantissa =
      (two[0] * (kStepFractions - fraction) + two[1] * fraction + kStepFractions / 2) / kStepFractions;
  return shift > 0 ? (mantissa + (1u << (shift - 1))) >> shift : mantissa << -shift;
}

}  // namespace laq
