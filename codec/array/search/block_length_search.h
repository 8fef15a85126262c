// The search for the block lengths of a lapped transform.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace laq::array {

struct BlockChoice {
  std::vector<uint8_t> log2_lengths;
  double bits;  // estimate of what the line takes
};

// The lengths that take the fewest bits. line: whole frames, in steps.
BlockChoice choose_block_lengths(std::span<const double> line, int frame_log2);

}  // namespace laq::array
