// The cheapest path through the trellis of a block (Viterbi's algorithm over all 64 states).
#pragma once

#include <cstdint>

namespace laq {

// Costs of an element by subset, 2 z1 + z0, in the order 0, 2, 1, 3.
struct SubsetCosts {
  float of[4];
};
inline constexpr int kSubsetOfCost[4] = {0, 2, 1, 3};

// Finds the path bits of `count` <= 256 elements, in the order of the chain, with the least sum of costs, and returns
// the sum. bits: 0 or 1 for each. Costs must be finite and their sum below 1e30. Every CPU finds the same path.
float find_trellis_path(const SubsetCosts* costs, int count, uint8_t* bits);

}  // namespace laq
