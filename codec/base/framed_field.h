// FramedField: a value for each sample of a grid, with a frame around every plane for the neighbours of samples at its
// border. Values are zero until they are set.
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
  static constexpr int kFrame = 2;  // columns to the left and right of a row
  static constexpr int kRows = 2;   // of the frame, above a plane and below it

  explicit FramedField(const std::array<int, kAxes>& sides)
      : sides_(sides), row_(row_of(sides)), plane_(row_ * rows_of(sides)), elements_(bytes(sides) / sizeof(T)) {}

  // What a field allocates.
  static size_t bytes(const std::array<int, kAxes>& sides) {
    return sizeof(T) * row_of(sides) * rows_of(sides) * sides[0];
  }

  T* at(int z, int y, int x) { return elements_.data() + z * plane_ + (y + kRows) * row_ + x + kFrame; }
  const std::array<int, kAxes>& sides() const { return sides_; }
  // The distances between rows and between slices.
  ptrdiff_t row() const { return row_; }
  ptrdiff_t plane() const { return plane_; }

  // Puts the ends of a row into its frame.
  void extend(int z, int y) {
    T* const row = at(z, y, 0);
    std::fill_n(row - kFrame, kFrame, row[0]);
    std::fill_n(row + sides_[2], kFrame, row[sides_[2] - 1]);
  }

 private:
  static size_t row_of(const std::array<int, kAxes>& sides) { return sides[2] + 2 * kFrame; }
  static size_t rows_of(const std::array<int, kAxes>& sides) { return sides[1] + 2 * kRows; }

  std::array<int, kAxes> sides_;
  ptrdiff_t row_, plane_;
  std::vector<T> elements_;
};

}  // namespace laq
