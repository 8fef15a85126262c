// The blocks of a whole tensor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <laq/blocks.hpp>

namespace laq {

// elements: finite, rows * columns of them; options: checked.
BlockTensor encode_blocks(std::span<const float> elements, uint64_t rows, uint64_t columns,
                          const BlockOptions& options);

// Appends a row of finite elements; its format has one width, and rows that stand apart.
void append_row(BlockTensor& tensor, std::span<const float> row, const BlockOptions& options);

}  // namespace laq
