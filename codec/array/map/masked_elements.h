// Masked elements of a map: raw elements that the simpler chunk has no number for. They are NaN there, which costs
// little.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "entropy/coder.h"
#include "levels/raw_elements.h"

namespace laq::array {

inline constexpr double kMasked = std::numeric_limits<double>::quiet_NaN();

// Whole numbers that change by no more than this are the same after rounding.
inline constexpr double kAlmostHalf = 0.4999;

// The raw elements where the simpler chunk, whose values are given, is NaN.
inline std::vector<std::byte> write_masked(ElementType type, const Grid& grid, std::span<const double> simpler,
                                           std::span<const std::byte> elements) {
  SymbolWriter writer;
  RawElementCoder raw(writer, type, elements, grid);
  for (size_t i = 0; i < simpler.size(); ++i) {
    if (std::isnan(simpler[i])) raw(i);
  }
  return writer.finish();
}

// The memory in bytes that read_masked() takes, at most. simpler: the format of the simpler chunk.
inline size_t masked_decoding_bytes(const ChunkFormat& simpler) {
  return is_integer(simpler.type) ? 0 : RawElementCoder<SymbolReader>::bytes(simpler.grid.size());
}

// Puts the raw elements into their places; false if the stream ends before the last of them.
inline bool read_masked(ElementType type, const Grid& grid, std::span<const double> simpler,
                        std::span<const std::byte> stream, std::span<std::byte> elements) {
  SymbolReader reader(stream);
  RawElementCoder raw(reader, type, {}, grid);
  for (size_t i = 0; i < simpler.size(); ++i) {
    if (std::isnan(simpler[i])) raw(i);
  }
  raw.store(elements);
  return !reader.is_past_end();
}

}  // namespace laq::array
