// Distinct values: a chunk with few different elements is mapped to the ranks of its elements in a sorted table of
// them. The map's bytes: the number of distinct values, and the table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "levels/universal_code.h"

namespace laq::array {

inline ChunkFormat format_of_ranks(size_t distinct_values, const Grid& grid) {
  const ElementType type = distinct_values <= 256     ? ElementType::uint8
                           : distinct_values <= 65536 ? ElementType::uint16
                                                      : ElementType::uint32;
  return {type, grid, Fidelity::max_error, 0};
}

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

inline uint64_t bits_at(std::span<const std::byte> elements, size_t element_bytes, size_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, elements.data() + index * element_bytes, element_bytes);
  return bits;
}

}  // namespace laq::array
