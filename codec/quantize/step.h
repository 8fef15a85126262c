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
uint32_t quantization_step(int index, int fraction = 0);

}  // namespace laq
