// Frequency weighting: the quantization step of a coefficient grows with its spatial frequency.
#pragma once

#include <array>
#include <cstdint>

#include "transform/block_shape.h"

namespace laq {

inline constexpr int kMaxSlope = 63;

// The weight of frequency (u, v) of a w x h block is 1 + slope/8 * sqrt((u/w)^2 + (v/h)^2), with 8 fractional bits;
// since u/w is a frequency in half-cycles a sample, every block size has the same weight for the same spatial
// frequency.
class WeightTable {
 public:
  // slope: 0 (flat) .. kMaxSlope.
  explicit WeightTable(int slope);

  // coded_width x coded_height weights, packed row-major.
  const uint16_t* weights(BlockShape shape) const { return values_.data() + offset(shape); }
  // 256 / weight, for the encoder.
  const float* reciprocals(BlockShape shape) const { return reciprocals_.data() + offset(shape); }

 private:
  // Coded sides are 4, 8, 16, 32 and 32: tables stand in the order of log2_width, then log2_height.
  static constexpr int kSumOfSides = 4 + 8 + 16 + 32 + 32;
  static constexpr int kTotal = kSumOfSides * kSumOfSides;
  static constexpr int offset(BlockShape shape) {
    const int widths_before = shape.width() - 4, heights_before = shape.height() - 4;
    return widths_before * kSumOfSides + shape.coded_width() * heights_before;
  }

  std::array<uint16_t, kTotal> values_;
  std::array<float, kTotal> reciprocals_;
};

}  // namespace laq
