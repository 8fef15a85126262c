// Scales: the root mean squares of rows and columns as small integers on a logarithmic axis, and their syntax.
//   rms of element (r, c) is about  2^((row[r] + column[c / group]) / kPerOctave)
// A group of columns is an input channel, or one column. A row of nothing but zeros has the scale of the row before.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "entropy/coder.h"

namespace laq::tensor {

inline constexpr int kScalesPerOctave = 8;
// Amplitudes from 2^-31 to 2^1: values are divided by a power of two so that the largest lies in [1, 2).
inline constexpr int kLeastScale = -31 * kScalesPerOctave, kMostScale = kScalesPerOctave - 1;

// 2^(scale / kScalesPerOctave), the same on every machine; any scale from -2^10 to 2^10.
double amplitude_of(int scale);

// Codes scales as differences from the one before in units of `unit` scales. The size of a difference is in unary, each
// bit with a model of its own; kLadder of them are followed by nine plain bits. The model of the sign is chosen by the
// sign before.
struct ScaleModels {
  static constexpr int kLadder = 12;
  std::array<CountingModel, kLadder> above;
  std::array<CountingModel, 2> negative;
};

template <class Coder>
void code_scales(Coder& coder, ScaleModels& models, std::span<int16_t> scales, int unit) {
  int before = 0, sign = 0;
  bool is_first = true;
  for (int16_t& scale : scales) {
    const int wanted = (scale - before) / unit;
    int found = 0;
    if (is_first) {
      found = static_cast<int>(coder.bits(9, static_cast<uint32_t>(wanted + 256))) - 256;
      is_first = false;
    } else {
      const int size = std::abs(wanted);
      int magnitude = 0;
      while (magnitude < ScaleModels::kLadder && coder.bit(models.above[magnitude], magnitude < size)) ++magnitude;
      if (magnitude == ScaleModels::kLadder) magnitude += static_cast<int>(coder.bits(9, size - magnitude));
      if (magnitude > 0) {
        sign = coder.bit(models.negative[sign], wanted < 0);
        found = sign != 0 ? -magnitude : magnitude;
      }
    }
    int value = before + found * unit;
    if (value < kLeastScale) value = kLeastScale;
    if (value > kMostScale) value = kMostScale;
    scale = static_cast<int16_t>(value);
    before = value;
  }
}

}  // namespace laq::tensor
