// Distinct values: a chunk with few different elements is mapped to the ranks of its elements in a sorted table of
// them. The map's bytes: the number of distinct values, and the table.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "array/element_bits.h"
#include "base/element.h"
#include "entropy/coder.h"

namespace laq::array {

inline ChunkFormat format_of_ranks(size_t distinct_values, const Grid& grid) {
  const ElementType type = distinct_values <= 256     ? ElementType::uint8
                           : distinct_values <= 65536 ? ElementType::uint16
                                                      : ElementType::uint32;
  return {type, grid, Fidelity::max_error, 0};
}

// A universal code for natural numbers whose lengths resemble each other: the length in bits, by that of the number
// before, and then the bits below the first. Written once for writer and reader. Source: Elias, "Universal codeword
// sets and representations of the integers", 1975 (the gamma code), here with adaptive models.
template <class Coder>
class UniversalCoder {
 public:
  explicit UniversalCoder(Coder& coder) : coder_(coder) {}

  // Any number of 64 bits.
  uint64_t operator()(uint64_t wanted) {
    // The length, 0 .. 64, is coded by a walk down a binary tree.
    const int length = std::bit_width(wanted);
    uint32_t node = 1;
    for (int bit = kLengthBits - 1; bit >= 0; --bit) {
      node = 2 * node + coder_.bit(lengths_[before_][node], (length >> bit & 1) != 0);
    }
    const int found = std::min<int>(static_cast<int>(node) - (1 << kLengthBits), kMostLength);
    before_ = found;
    if (found == 0) return 0;
    // The bits below the first, of which the highest have models.
    uint64_t value = 1;
    for (int bit = found - 2; bit >= 0; --bit) {
      const bool is_set = (wanted >> bit & 1) != 0;
      value = 2 * value + (value < kHeads ? coder_.bit(heads_[found][value], is_set) : coder_.bits(1, is_set));
    }
    return value;
  }

 private:
  static constexpr int kMostLength = 64, kLengthBits = 7;
  static constexpr uint64_t kHeads = 16;

  Coder& coder_;
  std::array<std::array<CountingModel, 1 << kLengthBits>, kMostLength + 1> lengths_;
  std::array<std::array<CountingModel, kHeads>, kMostLength + 1> heads_;
  int before_ = 0;  // the length of the last number
};

// Codes the table, written once for writer and reader: sorted patterns (see OrderedPatterns) by their differences.
// False if the stream ends before it.
template <class Coder>
bool code_table(Coder& coder, std::vector<uint64_t>& patterns) {
  const auto code = std::make_unique<UniversalCoder<Coder>>(coder);
  uint64_t least = 0;  // that the next pattern can be
  for (uint64_t& pattern : patterns) {
    pattern = least + (*code)(pattern - least);
    least = pattern + 1;
    if (coder.is_past_end()) return false;
  }
  return true;
}

}  // namespace laq::array
