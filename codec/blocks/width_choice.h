// How many bits each block gets, so that the errors of all blocks together become least.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "blocks/block_encoder.h"

namespace laq {

struct BlockErrors {
  std::array<float, kChosenWidths.size()> of_width;  // weighted squared errors, in the order of kChosenWidths
  int lanes;
};

// Widths of at most so many bytes together; if even zeros take more, all are 0.
std::vector<uint8_t> choose_widths(const std::vector<BlockErrors>& blocks, uint64_t most_bytes);

}  // namespace laq
