// Grid: the shape of a chunk, in three dimensions of which the first may be 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace laq {

inline constexpr int kAxes = 3;

struct Grid {
  std::array<int, kAxes> sides = {1, 1, 1};  // the slowest first

  size_t size() const { return static_cast<size_t>(sides[0]) * sides[1] * sides[2]; }
  bool is_line() const { return sides[0] == 1 && sides[1] == 1; }
  ptrdiff_t stride(int axis) const {
    return axis == 2 ? 1 : axis == 1 ? sides[2] : static_cast<ptrdiff_t>(sides[1]) * sides[2];
  }
};

// The values of a chunk as far as they are reconstructed, and how far each was from its prediction.
struct Samples {
  Samples(const Grid& shape, double step_of)
      : grid(shape), step(step_of), values(shape.size()), roots(shape.size()), signs(shape.size()) {}
  static size_t bytes(const Grid& grid) { return grid.size() * (2 * sizeof(double) + sizeof(int8_t)); }

  double in_steps() const { return 1 / step; }

  Grid grid;
  double step;  // of the quantizer, a normal number
  std::vector<double> values;
  std::vector<double> roots;  // of the residuals' magnitudes, see MagnitudeContext
  std::vector<int8_t> signs;  // of the residuals: -1, 0, 1
};

// What is expected of the next sample.
struct Expectation {
  double value;
  int kind;  // of the prediction, 0 .. kPredictionKinds - 1
  // Roots of magnitudes that may tell how far off it is, see MagnitudePredictor.
  std::array<double, 6> surroundings;
  std::array<int8_t, 3> signs;  // of residuals around it, the one that tells most first
};
inline constexpr int kPredictionKinds = 4;

}  // namespace laq
