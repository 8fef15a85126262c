// The parts of a block: 256 elements of a row, the last ones of it fewer. docs/blocks.md has the whole format.
//   An element i of a block of n stands in vector i / L, lane i % L, where L = ceil(n / 8) lanes (32 in a whole block).
//   Bytes: scale (1), sub-scales (three bits a group; 6 bytes, or 3 if L <= 16), codes (width planes of L bytes).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <laq/blocks.hpp>

namespace laq {

inline constexpr int kBlockElements = 256;
inline constexpr int kBlockVectors = 8;
inline constexpr int kBlockLanes = 32;
inline constexpr int kBlockGroups = 16;  // group 2 j + h: lanes 16 h .. 16 h + 15 of vector j
inline constexpr int kGroupLanes = 16;
inline constexpr int kWidestBlock = 8;

constexpr bool is_code_width(int width) {
  return (width >= 1 && width <= 6) || width == kWidestBlock;
}

constexpr int lanes_of(int elements) {
  return (elements + kBlockVectors - 1) / kBlockVectors;
}

constexpr int subscale_bytes(int lanes) {
  return lanes > kGroupLanes ? 6 : 3;
}

constexpr int header_bytes(int lanes) {
  return 1 + subscale_bytes(lanes);
}

// A block of width 0 has no bytes and only zeros.
constexpr int block_bytes(int width, int lanes) {
  return width == 0 ? 0 : header_bytes(lanes) + width * lanes;
}

// Which elements of a tensor share a block. If rows stand apart, every row begins one; else they run on through blocks
// as if the tensor were one row. Expects sizes that check_block_format() accepts.
class BlockGeometry {
 public:
  explicit BlockGeometry(const BlockFormat& format)
      : strips_(format.columns == 0 ? 0
                : format.rows_apart ? format.rows
                                    : 1),
        strip_elements_(format.rows_apart ? format.columns : format.rows * format.columns),
        strip_blocks_((strip_elements_ + kBlockElements - 1) / kBlockElements) {}

  // A strip is a row, or the whole tensor.
  uint64_t strips() const { return strips_; }
  uint64_t strip_elements() const { return strip_elements_; }
  uint64_t strip_blocks() const { return strip_blocks_; }
  uint64_t blocks() const { return strips_ * strip_blocks_; }
  // How many elements a block has depends on its place in its strip.
  int elements_of(uint64_t place) const {
    return static_cast<int>(std::min<uint64_t>(kBlockElements, strip_elements_ - place * kBlockElements));
  }
  int lanes_of_block(uint64_t place) const { return lanes_of(elements_of(place)); }
  // The bytes of a strip whose blocks all have this width.
  uint64_t strip_bytes(int width) const {
    if (strip_blocks_ == 0) return 0;
    return (strip_blocks_ - 1) * static_cast<uint64_t>(block_bytes(width, kBlockLanes)) +
           static_cast<uint64_t>(block_bytes(width, lanes_of_block(strip_blocks_ - 1)));
  }

 private:
  uint64_t strips_;
  uint64_t strip_elements_;
  uint64_t strip_blocks_;
};

}  // namespace laq
