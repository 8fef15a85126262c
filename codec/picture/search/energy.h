// The energy of residuals and coefficients.
#pragma once

#include <array>

namespace laq::picture {

// Sum of squares, `count` a multiple of 16. In 16 sums of a fixed order, which a compiler may keep in vectors.
template <class T>
float energy(const T* values, int count, float unit) {
  std::array<float, 16> sums{};
  for (int i = 0; i < count; i += 16) {
    for (int j = 0; j < 16; ++j) {
      const float value = static_cast<float>(values[i + j]) * unit;
      sums[j] += value * value;
    }
  }
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum;
}

}  // namespace laq::picture
