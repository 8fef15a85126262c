// Expected magnitude: how large the next quantized sample is likely to be, by the magnitudes around it.
//   root = max(0, w . f),  f: square roots of magnitudes around the sample, and running means of the latest ones
// Roots make errors comparable across scales. The weights w learn by normalised least mean squares
// (base/least_mean_squares.h), from what is decoded already, so the estimate costs no bits.
// Used by: the contexts of levels/magnitude_syntax.h, for residuals of predicted samples (array/predict) and for
// coefficients of transforms (levels/trellis_row.h).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/least_mean_squares.h"

namespace laq {

inline const std::array<double, 256> kRoots = [] {
  std::array<double, 256> roots{};
  for (int i = 0; i < 256; ++i) roots[i] = std::sqrt(static_cast<double>(i));
  return roots;
}();
inline double root_of(int64_t magnitude) {
  return magnitude < 256 ? kRoots[magnitude] : std::sqrt(static_cast<double>(magnitude));
}

// The root of the magnitude, which is counted in half steps, of a residual of this size in steps. It is also the
// feature that a predictor makes of its own uncertainty: how far its candidates differ, or a mean of its errors so far.
inline constexpr double kLargestMagnitude = 1e18;
inline double residual_root(double size) {
  return std::sqrt(std::min(2 * size, kLargestMagnitude));
}

// Moves an exponentially weighted mean towards the latest value.
template <class Number>
void move_mean(Number& mean, Number latest, Number rate) {
  mean += (latest - mean) * rate;
}

// Means of the roots coded last.
struct RunningMeans {
  double fast = 0, slow = 1;

  void update(double root) {
    move_mean(fast, root, 0.1);
    move_mean(slow, root, 0.01);
  }
};

inline constexpr double kMagnitudeRate = 0.02;  // of learning

// The estimate for one sample after the other, in double precision.
template <int kCount>
class MagnitudePredictor {
 public:
  using Features = std::array<double, kCount>;

  explicit MagnitudePredictor(const Features& weights) : weights_(weights) {}

  double predict(const Features& features) const {
    const double sum = dot_in_four(weights_, features);
    return sum > 0 ? sum : 0;
  }

  void update(const Features& features, double predicted, double root) {
    const double energy = 1 + dot_in_four(features, features);
    learn(weights_, features.data(), kMagnitudeRate, limited_error(root - predicted, energy), energy);
  }

 private:
  // Sums run in four parts of a fixed order.
  static double dot_in_four(const Features& a, const Features& b) {
    static_assert(kCount % 4 == 0);
    std::array<double, 4> sums{};
    for (int i = 0; i < kCount; i += 4) {
      for (int k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
    }
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
  }

  Features weights_;
};

}  // namespace laq
