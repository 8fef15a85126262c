#include "variance/local_variance.h"

#include <bit>

namespace laq {

int log2_fixed(uint64_t x, int fraction) {
  const int exponent = std::bit_width(x) - 1;
  // 1/256 of the mantissa above one; log2(1 + f) is f + 0.344 f (1 - f) within 0.008.
  const auto f = static_cast<int>((exponent >= 8 ? x >> (exponent - 8) : x << (8 - exponent)) & 255);
  const int mantissa = f + (88 * f * (256 - f) >> 16);
  return (exponent - fraction) * (1 << kLog2Fraction) + ((mantissa + 8) >> 4);
}

Plane<int16_t> local_activity(const PlaneView<const uint16_t>& plane, int depth) {
  const int columns = plane.width / kVarianceCell, rows = plane.height / kVarianceCell;
  Plane<int16_t> activity(columns, rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      uint64_t sum = 0, squares = 0;
      for (int y = 0; y < kVarianceCell; ++y) {
        const uint16_t* in = plane.row(row * kVarianceCell + y) + column * kVarianceCell;
        uint32_t row_sum = 0, row_squares = 0;
        for (int x = 0; x < kVarianceCell; ++x) {
          row_sum += in[x];
          row_squares += uint32_t{in[x]} * in[x];
        }
        sum += row_sum;
        squares += row_squares;
      }
      // 64^2 times the variance in coding samples, plus kFloor.
      const int fraction = 12 + 2 * (depth - 8);
      const uint64_t scaled = 64 * squares - sum * sum + (uint64_t{kFloor} << fraction);
      activity.row(row)[column] = static_cast<int16_t>(log2_fixed(scaled, fraction));
    }
  }
  return activity;
}

}  // namespace laq
