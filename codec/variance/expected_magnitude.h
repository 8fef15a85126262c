// Expected magnitude: how large the next quantized sample is likely to be, told by the magnitudes around it.
//   root = max(0, w . f),  f: square roots of magnitudes around the sample, and running means of the latest ones
// Roots make errors alike whatever the scale. The weights w learn by normalised least mean squares
// (base/least_mean_squares.h), from what is decoded already, so the estimate costs no bits.
// Used by: the contexts of levels/magnitude_syntax.h, for residuals of predicted samples (array/predict) and for
// coefficients of transforms (levels/trellis_row.h).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

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
template <class Number>
struct RunningMeansOf {
  Number fast = 0, slow = 1;

  void update(Number root) {
    move_mean(fast, root, static_cast<Number>(0.1));
    move_mean(slow, root, static_cast<Number>(0.01));
  }
};
using RunningMeans = RunningMeansOf<double>;

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

// The estimate for a row, part by part, in single precision: what is known before a part begins is summed for many
// samples at once, and the weights learn after every part.
class MagnitudeRowPredictor {
 public:
  // The features that are known only when the sample before is decoded come first: the sample to the left, the one
  // before that, and running means of the latest ones. The others are given.
  enum Feature { left, left2, fast, slow, kGiven };
  static constexpr int kFeatures = 16;  // at most

  // weights: the first ones, as many as there are features.
  explicit MagnitudeRowPredictor(std::initializer_list<float> weights);

  // Takes rows of up to `width` samples.
  void resize(int width);
  static size_t bytes(int width) { return (kFeatures + 3) * sizeof(float) * (static_cast<size_t>(width) + kBeyond); }

  // A given feature of each sample of the row: the caller fills it before the first part, up to a whole eight.
  float* feature(int index) { return features_[index].data(); }

  // A part of the row, from `first` up to `end`: predict() and update() for each sample follow, then learn_part().
  // roots: of the row, as far as it is decoded; readable from two before to eight beyond.
  void begin_part(int first, int end);
  float predict(int x, const float* roots) {
    features_[fast][x] = means_.fast;
    features_[slow][x] = means_.slow;
    const float sum = ((sums_[x] + weights_[slow] * means_.slow) + weights_[left2] * roots[x - 2]) +
                      (weights_[fast] * means_.fast + weights_[left] * roots[x - 1]);
    return predicted_[x] = sum > 0 ? sum : 0;
  }
  void update(float root) { means_.update(root); }
  void learn_part(int first, int end, const float* roots);

 private:
  static constexpr int kBeyond = 8;

  int count_;
  std::array<float, kFeatures> weights_{};
  std::array<std::vector<float>, kFeatures> features_;
  std::vector<float> sums_, predicted_, errors_;
  RunningMeansOf<float> means_;
};

}  // namespace laq
