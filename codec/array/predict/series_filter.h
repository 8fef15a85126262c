// A filter that predicts the next number of a series from those before, by weights that learn from every error
// (base/least_mean_squares.h). It finds what is left by a regression: echoes and tones beyond its reach.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/least_mean_squares.h"

namespace laq::array {

class SeriesFilter {
 public:
  // taps: a multiple of kFilterParts. rate: of learning.
  SeriesFilter(int taps, double rate) : taps_(taps), rate_(rate), weights_(taps), history_(kTimes * taps + 1) {}

  static constexpr size_t bytes(int taps) { return (1 + kTimes) * sizeof(float) * taps; }

  double predicted() const { return predicted_; }

  void update(double found) {
    found = std::clamp(found, -kLargest, kLargest);
    float* const history = history_.data() + at_;
    const auto newest = static_cast<float>(found);
    const double step = rate_ * (found - predicted_) / (energy_ + kLeastEnergy);
    const double oldest = history[0], latest = newest;
    history[taps_] = newest;
    predicted_ = std::clamp<double>(learn_and_predict(weights_.data(), history, static_cast<float>(step), taps_),
                                    -kLargest, kLargest);
    energy_ = std::max(energy_ + (latest * latest - oldest * oldest), 0.0);
    // The window moves over a longer buffer.
    if (++at_ == (kTimes - 1) * taps_) {
      std::copy_n(history_.begin() + at_, taps_, history_.begin());
      at_ = 0;
    }
  }

 private:
  static constexpr int kTimes = 5;            // length of the buffer, in windows
  static constexpr double kLargest = 0x1p40;  // of a number, so that single precision holds all sums
  static constexpr double kLeastEnergy = 1;   // in squared steps

  int taps_;
  double rate_;
  std::vector<float> weights_, history_;
  double energy_ = 0, predicted_ = 0;
  int at_ = 0;
};

}  // namespace laq::array
