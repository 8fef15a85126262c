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
  ptrdiff_t stride(int axis) const {
    return axis == 2 ? 1 : axis == 1 ? sides[2] : static_cast<ptrdiff_t>(sides[1]) * sides[2];
  }
};

// The values of a chunk as far as they are reconstructed, and how far each was from its prediction.
struct Samples {
  explicit Samples(const Grid& shape) : grid(shape), values(shape.size()), magnitudes(shape.size()) {}

  Grid grid;
  double step = 1;  // of the quantizer
  std::vector<double> values;
  std::vector<uint16_t> magnitudes;  // of indices, see BoundedQuantizer; limited to kMaxMagnitude

  static constexpr int kMaxMagnitude = 20000;
};

// What is expected of the next sample.
struct Expectation {
  double value;
  double uncertainty;  // how far predictions differ from each other
  int magnitude;       // mean of the neighbours' magnitudes, in quarters
  int kind;            // of the prediction, 0 .. kPredictionKinds - 1
};
inline constexpr int kPredictionKinds = 16;

}  // namespace laq
