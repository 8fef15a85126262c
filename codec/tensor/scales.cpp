#include "tensor/scales.h"

#include <cmath>

#include "base/binary_logarithm.h"

namespace laq::tensor {

double amplitude_of(int scale) {
  static const std::array<double, kScalesPerOctave> kFractions = [] {
    std::array<double, kScalesPerOctave> fractions{};
    for (int i = 0; i < kScalesPerOctave; ++i) fractions[i] = power_of_two(static_cast<double>(i) / kScalesPerOctave);
    return fractions;
  }();
  static_assert(std::has_single_bit(unsigned{kScalesPerOctave}));
  const int fraction = scale & (kScalesPerOctave - 1);
  return std::ldexp(kFractions[fraction], (scale - fraction) / kScalesPerOctave);
}

}  // namespace laq::tensor
