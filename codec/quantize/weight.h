// Frequency weighting: the quantization step of a coefficient grows with its spatial frequency.
#pragma once

#include <array>
#include <cstdint>

#include "transform/block_transform.h"

namespace laq {

inline constexpr int kMaxSlope = 63;

// The weight of frequency (u, v) of a w x h block is 1 + slope/8 * sqrt((u/w)^2 + (v/h)^2), with 8 fractional bits;
// since u/w is a frequency in half-cycles a sample, every block size has the same weight for the same spatial
// frequency.
class WeightTable {
 public:
  // slope: 0 (flat) .. kMaxSlope.
  explicit WeightTable(int slope);

  // coded_size(w) x coded_size(h) weights, packed row-major.
  const uint16_t* weights(int log2_width, int log2_height) const {
    return values_.data() + offset(log2_width - 2, log2_height - 2);
  }
  // 256 / weight, for the encoder.
  const float* reciprocals(int log2_width, int log2_height) const {
    return reciprocals_.data() + offset(log2_width - 2, log2_height - 2);
  }

 private:
  // Coded sides are 4, 8, 16, 32 and 32: tables stand in the order of log2_width, then log2_height.
  static constexpr int kSizes = 5;
  static constexpr int kSumOfSides = 4 + 8 + 16 + 32 + 32;
  static constexpr int kTotal = kSumOfSides * kSumOfSides;
  static constexpr int offset(int i, int j) {
    const int sides_before_i = 4 * ((1 << i) - 1), sides_before_j = 4 * ((1 << j) - 1);
    return sides_before_i * kSumOfSides + coded_size(4 << i) * sides_before_j;
  }

  std::array<uint16_t, kTotal> values_;
  std::array<float, kTotal> reciprocals_;
};

}  // namespace laq
