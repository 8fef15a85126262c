// What the predictors that visit one sample after the other share: the samples of a chunk as far as they are decoded,
// and what a predictor expects of the next one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/grid.h"

namespace laq::array {

struct Samples {
  // memory: for the values, as many as the grid has; what stands in it is not read.
  Samples(const Grid& shape, double step_of, std::vector<double> memory)
      : grid(shape), step(step_of), values(std::move(memory)), roots(shape.size()) {}
  static size_t bytes(const Grid& grid) { return grid.size() * (sizeof(double) + sizeof(float)); }

  double in_steps() const { return 1 / step; }

  Grid grid;
  double step;                 // of the quantizer; a normal number
  std::vector<double> values;  // as they are reconstructed
  // Square roots of the residuals' magnitudes (variance/expected_magnitude.h), with the signs of the residuals.
  std::vector<float> roots;
};

inline constexpr int kPredictionKinds = 3;  // one, two or three axes of interpolation

struct Expectation {
  double value;
  int kind;  // 0 .. kPredictionKinds - 1
  // Roots of magnitudes around the sample, which tell how large its residual may be; the last is the uncertainty that
  // the predictor itself estimates.
  std::array<double, 6> surroundings;
  std::array<int8_t, 3> signs;  // of residuals around the sample; the one that tells most comes first
};

}  // namespace laq::array
