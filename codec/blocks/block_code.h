// The numbers of the code: levels, sub-scales, scales, and the trellis that tells which levels a code may mean.
//
// A code of w bits has a path bit u and w - 1 index bits k. With the path bits of the six elements before it in the
// chain (element t of the chain stands in vector t % 8, lane t / 8; before the first there are zeros)
//   z1 = u ^ u[t - 1] ^ u[t - 6],  z0 = u[t - 2] ^ u[t - 4],  index = 4 k + 2 z1 + z0
// chooses a level. It is Ungerboeck's code of 64 states (1987, table for amplitude modulation: h0 = 103, h1 = 024) in
// its form without feedback.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

inline constexpr int kTrellisMemory = 6;
inline constexpr int kTrellisStates = 1 << kTrellisMemory;

// Levels of a code stand around 63.5, those of eight bits around 255.5 (they are the index itself).
inline constexpr int kLevelEnd = 127;
inline constexpr int kWideLevelEnd = 511;

// The levels of a width up to 6, in the order of their indices: 2^(width + 1) numbers 0..127. They lie closer around
// the middle: 63.5 + 63.5 sinh(a x) / sinh(a) rounded, x = -1..1 in equal steps, with a = 2.3, 1.7, 1.7, 1.6, 1.6, 1.8
// for widths 1 to 6, which gave the most decibels of a few that block-snr was run with.
const uint8_t* levels_of_width(int width);

// Sub-scales, about 2 decibels apart.
inline constexpr std::array<uint8_t, 8> kSubscales = {3, 4, 5, 6, 8, 10, 13, 16};

// What a scale's byte means: 2^((scale - 255) / 6 + exponent), rounded to float; 0 means zero.
float unit_of_scale(int scale, int exponent);

// The same for any integer, without the exception.
float power_of_sixths(int scale, int exponent);

// What a level's distance from the middle is worth: half a unit for `2 level - 127`, an eighth for `2 level - 511` of
// width 8.
inline float half_step(int width, float unit) {
  return unit * (width == 8 ? 0.125f : 0.5f);
}

}  // namespace laq
