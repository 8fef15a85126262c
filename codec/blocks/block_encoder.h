// One block of elements: its scales by search, its codes by the trellis.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "blocks/block_layout.h"

namespace laq {

// Widths that a block may have, in the order of tables of costs.
inline constexpr std::array<int, 8> kChosenWidths = {0, 1, 2, 3, 4, 5, 6, 8};

struct BlockSource {
  std::span<const float> elements;  // at most 256, below 1024; divided by the format's power of two
  const float* weights = nullptr;   // of squared errors, or null: all 1
};

// The weighted squared error that a width is expected to have; that of width 0 is exact.
double expected_error(const BlockSource& source, int width);

// Writes block_bytes(width, lanes) bytes and returns the weighted squared error. More effort (1..9) tries more scales.
double encode_block(const BlockSource& source, int width, int effort, std::byte* to);

}  // namespace laq
