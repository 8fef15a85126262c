// Where the blocks of a tensor are, and their elements as floats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <laq/blocks.hpp>

#include "blocks/block_kernels.h"
#include "blocks/block_layout.h"

namespace laq {

// The ranges of a format's fields.
std::optional<Error> check_block_format(const BlockFormat& format);

// The bytes of the table of widths; none if all blocks have one width.
uint64_t width_table_bytes(const BlockFormat& format);

class BlockReader {
 public:
  static constexpr uint64_t kBlocksOfOffset = 16;

  explicit BlockReader(const BlockView& view) : view_(view), geometry_(view.format_) {}

  // Checks bytes against a format that passes check_block_format().
  static Result<BlockView> open(const BlockFormat& format, std::span<const std::byte> bytes);

  const BlockGeometry& geometry() const { return geometry_; }

  // `count` blocks of a strip from `place` on.
  BlockRun run(uint64_t strip, uint64_t place, uint64_t count) const;

  // Elements of a strip, as they are coded (still rotated, if they are).
  void read(uint64_t strip, uint64_t begin, std::span<float> elements) const;

  // Whole rows.
  void read_rows(uint64_t begin, std::span<float> elements) const;

 private:
  const BlockView& view_;
  BlockGeometry geometry_;
};

// The orthonormal Hadamard transform, its own inverse, of each 32 elements of a row; fewer at its end stay as they are.
void rotate_row(std::span<float> row);

// A sum of products in eight parts of a fixed order.
float dot_floats(std::span<const float> a, std::span<const float> b);

}  // namespace laq
