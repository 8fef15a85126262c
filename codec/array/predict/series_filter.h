// Filters that predict the next number of a series from those before, by weights that learn from every error
// (base/least_mean_squares.h). They predict what the regression cannot: echoes and tones beyond its reach. Each filter
// predicts the error of those before it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "array/predict/series_kernels.h"

namespace laq::array {

struct FilterShape {
  int taps;     // a multiple of kFilterParts
  double rate;  // of learning
};

template <size_t kFilters>
class SeriesFilters {
 public:
  SeriesFilters(const SeriesKernels& kernels, const std::array<FilterShape, kFilters>& shapes) : kernels_(kernels) {
    for (size_t k = 0; k < kFilters; ++k) {
      Filter& filter = filters_[k];
      filter.shape = shapes[k];
      filter.weights.resize(shapes[k].taps);
      filter.history.resize(kTimes * shapes[k].taps + 1);
    }
  }

  static constexpr size_t bytes(const std::array<FilterShape, kFilters>& shapes) {
    size_t sum = 0;
    for (const FilterShape& shape : shapes) sum += (1 + kTimes) * sizeof(float) * shape.taps;
    return sum;
  }

  // What each filter expects of the next number, which update() tells it.
  const std::array<double, kFilters>& predicted() const { return predicted_; }

  // The number that the first filter should have predicted.
  void update(double found) {
    std::array<FilterStep, kFilters> steps;
    for (size_t k = 0; k < kFilters; ++k) {
      steps[k] = filters_[k].step_towards(found, predicted_[k]);
      found -= predicted_[k];
    }
    std::array<float, kFilters> sums;
    kernels_.learn_and_predict(steps, sums.data());
    for (size_t k = 0; k < kFilters; ++k) {
      predicted_[k] = std::clamp<double>(sums[k], -kLargest, kLargest);
      filters_[k].advance();
    }
  }

 private:
  static constexpr int kTimes = 5;            // length of the buffer, in windows
  static constexpr double kLargest = 0x1p40;  // of a number, so that single precision holds all sums
  static constexpr double kLeastEnergy = 1;   // in squared steps

  struct Filter {
    FilterShape shape{};
    std::vector<float> weights, history;
    double energy = 0;
    int at = 0;  // of the window in the history

    FilterStep step_towards(double found, double predicted) {
      found = std::clamp(found, -kLargest, kLargest);
      float* const window = history.data() + at;
      const auto newest = static_cast<float>(found);
      const double step = shape.rate * (found - predicted) / (energy + kLeastEnergy);
      const double oldest = window[0], latest = newest;
      window[shape.taps] = newest;
      energy = std::max(energy + (latest * latest - oldest * oldest), 0.0);
      return {weights.data(), window, shape.taps, static_cast<float>(step)};
    }
    // The window moves over a longer buffer.
    void advance() {
      if (++at < (kTimes - 1) * shape.taps) return;
      std::copy_n(history.begin() + at, shape.taps, history.begin());
      at = 0;
    }
  };

  SeriesKernels kernels_;
  std::array<Filter, kFilters> filters_;
  std::array<double, kFilters> predicted_{};
};

}  // namespace laq::array
