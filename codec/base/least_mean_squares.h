// Normalised least mean squares: the weights w of a prediction w . f learn from each of its errors,
//   w += rate * error / energy * f,   where energy is the sum of the squares of the features f, and of a floor.
// Source: Widrow and Hoff, "Adaptive switching circuits", 1960.
// Used by: the expected magnitude, interpolation, filters of series; local regression, which learns from several
// samples at once.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "base/linear_algebra.h"

namespace laq {

// One step of learning. The constants and the energy are the caller's.
template <size_t kCount>
void learn(std::array<double, kCount>& weights, const double* features, double rate, double error, double energy) {
  constexpr size_t kMany = 64;  // weights from which on vectors pay for the choice of a target
  const double step = rate * error / energy;
  if constexpr (kCount >= kMany) {
    add_scaled(weights.data(), features, step, kCount);
  } else {
    for (size_t i = 0; i < kCount; ++i) weights[i] += step * features[i];
  }
}

// Limits the square of an error to kLargestErrorSquared times the energy. If large values begin suddenly, the features
// know nothing of them yet, and the weights would grow in proportion to the values.
inline constexpr double kLargestErrorSquared = 1024;
inline double limited_error(double error, double energy) {
  const double largest = kLargestErrorSquared * energy;
  return error * error > largest ? std::copysign(std::sqrt(largest), error) : error;
}

}  // namespace laq
