// Holes of a nested chunk: elements that stand for themselves while the others are coded as if the holes were not
// there. They are NaN there, which costs little.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "array/chunk_codec.h"
#include "entropy/coder.h"
#include "levels/raw_elements.h"

namespace laq::array {

inline constexpr double kHole = std::numeric_limits<double>::quiet_NaN();

// Whole numbers that differ from themselves by no more than this are the same after rounding.
inline constexpr double kAlmostHalf = 0.4999;

// The bits of the elements that are holes: where `values` is NaN.
inline std::vector<std::byte> write_holes(ElementType type, const Grid& grid, std::span<const double> values,
                                          std::span<const std::byte> elements) {
  SymbolWriter writer;
  VerbatimCoder holes(writer, type, elements, grid);
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) holes(i);
  }
  return writer.finish();
}

// What reading them takes, at most.
inline size_t holes_decoding_bytes(const ChunkFormat& nested) {
  return is_integer(nested.type) ? 0 : VerbatimCoder<SymbolReader>::bytes(nested.grid.size());
}

// False if the stream ends before the last of them.
inline bool read_holes(ElementType type, const Grid& grid, std::span<const double> values,
                       std::span<const std::byte> stream, std::span<std::byte> elements) {
  SymbolReader reader(stream);
  VerbatimCoder holes(reader, type, {}, grid);
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) holes(i);
  }
  holes.store(elements);
  return !reader.is_past_end();
}

}  // namespace laq::array
