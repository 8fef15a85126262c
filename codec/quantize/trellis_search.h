// The encoder's search through a trellis: the sequence of points whose costs add up to the least.
// Source: Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", 1967.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "quantize/trellis.h"

namespace laq {

// The best point for one sample in each half of each quantizer, and what it costs.
struct TrellisChoice {
  std::array<std::array<int, 2>, 2> point;  // [quantizer][half]
  std::array<std::array<float, 2>, 2> cost;
};

class TrellisSearch {
 public:
  explicit TrellisSearch(const Trellis& trellis);

  // Writes the points of the cheapest sequence. state: before the first of them. Costs are added in single precision,
  // one after the other, so every machine finds the same points.
  void run(std::span<const TrellisChoice> choices, int state, std::span<int> points);

 private:
  Trellis trellis_;
  std::vector<float> even_, odd_;   // the least costs up to the even states, and up to the odd ones
  std::vector<float> next_costs_;   // up to all states, after one more sample
  std::vector<uint8_t> decisions_;  // of each sample and state: the half of the point that leads there, a bit each
};

}  // namespace laq
