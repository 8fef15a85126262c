// What magnitude is to be expected of a quantized sample: a weighted sum of the magnitudes around it, whose weights
// learn. All magnitudes are square roots, which makes their errors alike whatever their scale.
//
// Source: normalised least mean squares (Widrow and Hoff 1960).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace laq {

inline const std::array<double, 256> kRoots = [] {
  std::array<double, 256> roots{};
  for (int i = 0; i < 256; ++i) roots[i] = std::sqrt(static_cast<double>(i));
  return roots;
}();
inline double root_of(int64_t magnitude) {
  return magnitude < 256 ? kRoots[magnitude] : std::sqrt(static_cast<double>(magnitude));
}

// The root of the magnitude that a residual of this size, in steps, has.
inline constexpr double kLargestMagnitude = 1e18;
inline double residual_root(double size) {
  return std::sqrt(std::min(2 * size, kLargestMagnitude));
}

// Sums run in four parts of a fixed order.
template <int kCount>
double ordered_dot(const std::array<double, kCount>& a, const std::array<double, kCount>& b) {
  static_assert(kCount % 4 == 0);
  std::array<double, 4> sums{};
  for (int i = 0; i < kCount; i += 4) {
    for (int k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

// The square of the largest error that weights learn from, in sums of the features' squares: where large magnitudes
// begin, the features know nothing of them yet, and weights would grow in proportion to the magnitudes.
inline constexpr double kMostErrors = 1024;

template <int kCount>
class MagnitudePredictor {
 public:
  using Features = std::array<double, kCount>;

  explicit MagnitudePredictor(const Features& weights) : weights_(weights) {}

  double predict(const Features& features) const {
    const double sum = ordered_dot<kCount>(weights_, features);
    return sum > 0 ? sum : 0;
  }

  void update(const Features& features, double predicted, double root) {
    const double norm = 1 + ordered_dot<kCount>(features, features);
    double error = root - predicted;
    if (error * error > kMostErrors * norm) error = std::copysign(std::sqrt(kMostErrors * norm), error);
    const double step = kRate * error / norm;
    for (int i = 0; i < kCount; ++i) weights_[i] += step * features[i];
  }

 private:
  static constexpr double kRate = 0.02;
  Features weights_;
};

// Of the samples that were coded last.
struct RunningMeans {
  double fast = 0, slow = 1;

  void update(double root) {
    fast += (root - fast) * 0.1;
    slow += (root - slow) * 0.01;
  }
};

}  // namespace laq
