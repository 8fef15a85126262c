// A weighted mean of predictions of the same number. Weights are inverse to the eighth power of the recent mean errors,
// so a clearly better prediction dominates, and the errors of equally good ones average out.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "variance/expected_magnitude.h"

namespace laq::array {

template <size_t kCount>
class Blend {
 public:
  double predict(const std::array<double, kCount>& predictions) {
    predictions_ = predictions;
    const double least = least_error() + kLeastError;
    double sum = 0, shares = 0;
    for (size_t k = 0; k < kCount; ++k) {
      const double ratio = least / (errors_[k] + kLeastError), squared = ratio * ratio, fourth = squared * squared;
      const double share = fourth * fourth;
      shares += share;
      sum += share * predictions[k];
    }
    return sum / shares;
  }
  // The recent mean error of the best prediction.
  double least_error() const { return *std::min_element(errors_.begin(), errors_.end()); }

  void update(double found) {
    for (size_t k = 0; k < kCount; ++k) move_mean(errors_[k], std::fabs(found - predictions_[k]), kRate);
  }

 private:
  static constexpr double kRate = 0.04;
  static constexpr double kLeastError = 0x1p-30;  // in steps, so that no share is divided by zero

  std::array<double, kCount> predictions_{}, errors_{};
};

}  // namespace laq::array
