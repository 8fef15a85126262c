// FramedField: what is known of each sample of a grid, with a frame around every row for the neighbours of those at the
// border. Only the last few slices are kept. Rows are read in groups of eight, which may reach beyond their ends.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/grid.h"

namespace laq {

template <class T>
class FramedField {
 public:
  static constexpr int kFrame = 4;  // to the left of a row, and above the rows of a plane

  explicit FramedField(const std::array<int, kAxes>& sides)
      : sides_(sides),
        row_(sides[2] + 2 * kFrame + kBeyond),
        plane_(row_ * (sides[1] + kFrame)),
        slices_(sides[0] == 1 ? 2 : 4),
        elements_(bytes(sides) / sizeof(T)) {}

  // What a field allocates.
  static size_t bytes(const std::array<int, kAxes>& sides) {
    return size_t{sizeof(T)} * (sides[2] + 2 * kFrame + kBeyond) * (sides[1] + kFrame) * (sides[0] == 1 ? 2 : 4);
  }

  // z: the present one or one of the three before it (of one slice: the one), which are zero in the beginning; y and x
  // from -kFrame.
  T* at(int z, int y, int x) {
    return elements_.data() + (z & (slices_ - 1)) * plane_ + (y + kFrame) * row_ + x + kFrame;
  }
  ptrdiff_t row() const { return row_; }

  // Puts the ends of a row into its frame.
  void extend(int z, int y) {
    T* const row = at(z, y, 0);
    std::fill_n(row - kFrame, kFrame, row[0]);
    std::fill_n(row + sides_[2], kFrame, row[sides_[2] - 1]);
  }

 private:
  static constexpr int kBeyond = 8;

  std::array<int, kAxes> sides_;
  ptrdiff_t row_, plane_;
  int slices_;  // a power of two; one before a field of one slice, of zeros
  std::vector<T> elements_;
};

}  // namespace laq
