// What the predictors that visit one sample after the other share: the samples of a chunk as far as they are decoded,
// and what a predictor expects of the next one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/grid.h"

namespace laq::array {

// The values of samples as they are reconstructed, as far as they are known. Not owned.
class DecodedValues {
 public:
  // memory: for all samples of a chunk; what stands in it is not read.
  static DecodedValues in(std::span<double> memory) { return {memory.data(), memory.data()}; }
  // For a writer without loss: what it reconstructs are its source's values, so nothing is stored. No sample may be
  // masked, as the values that stand in for masked samples are others.
  static DecodedValues of(std::span<const double> source) { return {source.data(), nullptr}; }

  const double& operator[](size_t place) const { return values_[place]; }
  void set(size_t place, double value) const {
    if (memory_ != nullptr) memory_[place] = value;
  }

 private:
  DecodedValues(const double* values, double* memory) : values_(values), memory_(memory) {}

  const double* values_;
  double* memory_;
};

struct Samples {
  Samples(const Grid& shape, double step_of, const DecodedValues& decoded)
      : grid(shape), step(step_of), values(decoded), roots(shape.size()) {}
  // What they and the memory for the values take.
  static size_t bytes(const Grid& grid) { return grid.size() * (sizeof(double) + sizeof(float)); }

  double in_steps() const { return 1 / step; }

  Grid grid;
  double step;  // of the quantizer; a normal number
  DecodedValues values;
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
