// The filters of rows of PNG (ISO/IEC 15948, 9.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace laq::lossless {

inline constexpr int kPngFilters = 5;

// The prediction of a byte by a filter, from a, a pixel to the left, b above, and c above a.
constexpr int png_prediction(int filter, int a, int b, int c) {
  switch (filter) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return (a + b) / 2;
    case 4: {
      const int p = a + b - c, of_a = p > a ? p - a : a - p, of_b = p > b ? p - b : b - p, of_c = p > c ? p - c : c - p;
      return of_a <= of_b && of_a <= of_c ? a : of_b <= of_c ? b : c;
    }
    default:
      return 0;
  }
}

}  // namespace laq::lossless
