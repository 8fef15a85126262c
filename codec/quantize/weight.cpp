#include "quantize/weight.h"

#include <bit>
#include <cstddef>

namespace laq {
namespace {

// floor(sqrt(n)). The root has half of the bits of n, rounded up, and no other bit is tried.
uint32_t integer_sqrt(uint32_t n) {
  uint32_t root = 0;
  for (uint32_t bit = 1u << std::bit_width(n) / 2; bit != 0; bit >>= 1) {
    if (uint64_t{root | bit} * (root | bit) <= n) root |= bit;
  }
  return root;
}

}  // namespace

WeightTable::WeightTable(int slope) {
  for (int i = 0; i < BlockShape::kSizes; ++i) {
    for (int j = 0; j < BlockShape::kSizes; ++j) {
      const BlockShape shape(2 + i, 2 + j);
      uint16_t* out = values_.data() + offset(shape);
      for (int v = 0; v < shape.coded_height(); ++v) {
        for (int u = 0; u < shape.coded_width(); ++u) {
          // Frequencies in 1/64, their norm in 1/1024.
          const uint32_t x = u * (64 / shape.width()), y = v * (64 / shape.height());
          const uint32_t norm = integer_sqrt((x * x + y * y) << 8);
          *out++ = static_cast<uint16_t>(256 + (slope * norm + 16) / 32);
        }
      }
    }
  }
  for (size_t i = 0; i < values_.size(); ++i) reciprocals_[i] = 256.0f / values_[i];
}

}  // namespace laq
