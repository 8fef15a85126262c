// The shape of a block: 4, 8, 16, 32 or 64 samples a side.
#pragma once

#include <cstdint>

namespace laq {

inline constexpr int kMaxCodedSize = 32;  // a 64-point axis keeps its lowest 32 frequencies only

constexpr int coded_size(int size) {
  return size < kMaxCodedSize ? size : kMaxCodedSize;
}

struct BlockShape {
  static constexpr int kSizes = 5;  // of a side

  uint8_t log2_width = 2;
  uint8_t log2_height = 2;

  constexpr BlockShape() = default;
  constexpr BlockShape(int log2_of_width, int log2_of_height)
      : log2_width(static_cast<uint8_t>(log2_of_width)), log2_height(static_cast<uint8_t>(log2_of_height)) {}
  static constexpr BlockShape square(int log2_size) { return {log2_size, log2_size}; }

  constexpr int width() const { return 1 << log2_width; }
  constexpr int height() const { return 1 << log2_height; }
  constexpr int log2_area() const { return log2_width + log2_height; }
  constexpr int area() const { return 1 << log2_area(); }
  constexpr bool is_square() const { return log2_width == log2_height; }
  constexpr BlockShape transposed() const { return {log2_height, log2_width}; }

  // The numbers of frequencies that are kept.
  constexpr int coded_width() const { return coded_size(width()); }
  constexpr int coded_height() const { return coded_size(height()); }
  constexpr int coded_area() const { return coded_width() * coded_height(); }

  // 0 .. kSizes * kSizes - 1, in the order of log2_width, then log2_height.
  constexpr int index() const { return (log2_width - 2) * kSizes + log2_height - 2; }

  constexpr bool operator==(const BlockShape&) const = default;
};

// The first columns and rows of a block's levels or coefficients; all that lies outside of them is zero.
struct NonzeroExtent {
  uint8_t width = 0;
  uint8_t height = 0;
  bool operator==(const NonzeroExtent&) const = default;
};

}  // namespace laq
