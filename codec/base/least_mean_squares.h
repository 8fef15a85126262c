// Normalised least mean squares: the weights w of a prediction w . f learn from each of its errors,
//   w += rate * error / energy * f,   where energy is the sum of the squares of the features f, and of a floor.
// Source: Widrow and Hoff, "Adaptive switching circuits", 1960.
// Used by: the expected magnitude (sample by sample, and part by part of a row), interpolation, filters of series.
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

// Prediction and learning for several samples that share their weights, in single precision and in vectors. features:
// rows of feature k of each sample, readable up to whole eights of samples. Sums run in a fixed order, so that every
// CPU gives the same bits.
void predict_samples(const float* const* features, const float* weights, int count, int length, float* predicted);

// Adds up the steps of all samples, with a floor of 1 and limited errors. length: whole eights. errors: are changed.
void learn_samples(const float* const* features, int count, int length, float rate, float* errors, float* weights);

}  // namespace laq
