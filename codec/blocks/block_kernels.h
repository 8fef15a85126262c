// What is computed with packed blocks, in vectors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "blocks/block_layout.h"

namespace laq {

// A block's activations: those of vector j, lane l at 32 j + l, zero where the block has no lane or no element.
//   activation = scale of all * multipliers[j] * values[32 j + l]
struct alignas(32) ActivationBlock {
  int8_t values[kBlockElements];       // -127..127
  int16_t sums[kBlockGroups];          // of values in group 2 j + h, at 8 h + j
  int16_t multipliers[kBlockVectors];  // 0..kLargestMultiplier
};
// With the largest sub-scale, 127 * 127 * 256 * 16 * 32 is below 2^31.
inline constexpr int kLargestMultiplier = 32;

// Blocks that follow each other.
struct BlockRun {
  const std::byte* bytes = nullptr;
  const std::byte* widths = nullptr;  // half a byte each, the low half first; null if all have one width
  uint64_t first = 0;                 // of the run, in the table of widths
  int width = 0;                      // without a table
  uint64_t count = 0;
  int last_lanes = 0;  // of the last block
  int exponent = 0;

  int width_of(uint64_t i) const {
    if (widths == nullptr) return width;
    const uint64_t place = first + i;
    return std::to_integer<int>(widths[place / 2] >> (place % 2 * 4)) & 15;
  }
};

// The elements of a block in units of half_step(): that of vector j, lane l at 32 j + l.
void unpack_block(const std::byte* bytes, int width, int lanes, int16_t* integers);

// The product of a run with as many blocks of activations, without their scale. Exact within each block; the sum over
// blocks is one of floats in order.
float dot_run(const BlockRun& run, const ActivationBlock* activations);

}  // namespace laq
