#include "quantize/weight.h"

namespace laq {
namespace {

// floor(sqrt(n)).
uint32_t integer_sqrt(uint64_t n) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= n) root |= bit;
  }
  return static_cast<uint32_t>(root);
}

}  // namespace

WeightTable::WeightTable(int slope) {
  for (int i = 0; i < kSizes; ++i) {
    for (int j = 0; j < kSizes; ++j) {
      const int width = 4 << i, height = 4 << j;
      uint16_t* out = values_.data() + offset(i, j);
      for (int v = 0; v < coded_size(height); ++v) {
        for (int u = 0; u < coded_size(width); ++u) {
          // Frequencies in 1/64, their norm in 1/1024.
          const uint64_t x = u * (64 / width), y = v * (64 / height);
          const uint32_t norm = integer_sqrt((x * x + y * y) << 8);
          *out++ = static_cast<uint16_t>(256 + (slope * norm + 16) / 32);
        }
      }
    }
  }
  for (size_t i = 0; i < values_.size(); ++i) reciprocals_[i] = 256.0f / values_[i];
}

}  // namespace laq
