// Shared by the codings by lanes (multilevel, lorenzo): samples in steps of a quantizer, and their conversion to
// elements. The stream begins with LaneHeader; then come the symbols that are coded one by one, and the words of the
// lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "array/chunk.h"
#include "array/predict/predicted_bound.h"
#include "base/bytes.h"
#include "base/element.h"
#include "base/grid.h"

namespace laq::array {

// How a chunk is laid out: the axis that rows follow, and a number whose meaning depends on the coding: the order of
// axes, or the axes of differences.
struct LaneLayout {
  static constexpr int kOrders = 10;

  uint8_t row_axis = 2;  // it changes places with the last axis
  uint8_t order = 0;     // multilevel: in which order axes are halved; lorenzo: along which axes differences are taken

  static LaneLayout from_byte(uint8_t byte) {
    return {static_cast<uint8_t>(byte >> 4), static_cast<uint8_t>(byte & 15)};
  }
  uint8_t to_byte() const { return static_cast<uint8_t>(row_axis << 4 | order); }
  // Untrusted input.
  bool is_valid() const { return row_axis < kAxes && order < kOrders; }
  std::array<int, kAxes> axes() const {
    std::array<int, kAxes> axes = {0, 1, 2};
    std::swap(axes[row_axis], axes[2]);
    return axes;
  }
  Grid grid_of(const Grid& grid) const {
    Grid laid_out;
    for (int i = 0; i < kAxes; ++i) laid_out.sides[i] = grid.sides[axes()[i]];
    return laid_out;
  }
};

// An element is origin + step * sample, rounded to its type.
struct LaneScale {
  double origin = 0, step = 1;
};

// Elements that are `stride` apart, from a place on.
struct ElementRow {
  size_t place, stride;
  int length;
};

// Writes the elements of samples, clamped to their range and rounded to the nearest.
void store_samples(const float* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                   std::byte* elements);
void store_samples(const int32_t* samples, const LaneScale& scale, const ElementRange& range, const ElementRow& row,
                   std::byte* elements);

struct LaneHeader {
  LaneLayout layout;
  LaneScale scale;
  int64_t first = 0;  // sample
  uint64_t raw_elements = 0, escapes = 0, tables = 0;
  std::span<const std::byte> symbols, words;

  void write(ByteWriter& writer, ElementType type) const {
    writer.byte(layout.to_byte());
    if (element_bytes(type) <= sizeof(float)) {
      writer.float32(static_cast<float>(scale.origin));
    } else {
      writer.float64(scale.origin);
    }
    writer.float64(scale.step);
    writer.integer(static_cast<uint64_t>(first) << 1 ^ static_cast<uint64_t>(first >> 63));
    writer.integer(raw_elements);
    writer.integer(escapes);
    writer.integer(tables);
    writer.integer(symbols.size());
    writer.append(symbols);
    writer.append(words);
  }
  // Untrusted input: false if the header is damaged.
  static bool read(std::span<const std::byte> stream, const ChunkFormat& format, LaneHeader& header) {
    constexpr uint64_t kMostTables = 128;
    ByteReader reader(stream);
    header.layout = LaneLayout::from_byte(reader.byte());
    header.scale.origin = element_bytes(format.type) <= sizeof(float) ? reader.float32() : reader.float64();
    header.scale.step = reader.float64();
    const uint64_t first = reader.integer(uint64_t{1} << 33);
    header.first = static_cast<int64_t>(first >> 1) ^ -static_cast<int64_t>(first & 1);
    header.raw_elements = reader.integer(format.grid.size());
    header.escapes = reader.integer(format.grid.size());
    header.tables = reader.integer(kMostTables);
    header.symbols = reader.take(reader.integer(stream.size()));
    header.words = reader.rest();
    return !reader.failed();
  }
};

// Integers may be coded without loss, floating-point numbers within a bound; none within a share of themselves.
inline bool allows_lanes(const ChunkFormat& format) {
  if (format.fidelity == Fidelity::relative_error || is_wide_integer(format.type)) return false;
  return is_integer(format.type) || bound_of_predicted(format) > 0;
}

}  // namespace laq::array
