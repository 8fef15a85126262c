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
  std::array<std::array<double, 2>, 2> cost;
};

class TrellisSearch {
 public:
  explicit TrellisSearch(const Trellis& trellis);

  // Writes the points of the cheapest sequence. state: before the first of them.
  void run(std::span<const TrellisChoice> choices, int state, std::span<int> points);

 private:
  struct Entry {
    uint16_t from[2];
    uint8_t half[2];
  };
  std::vector<Entry> entries_;  // of each state
  std::vector<double> costs_, next_costs_;
  std::vector<uint8_t> decisions_;
};

}  // namespace laq
