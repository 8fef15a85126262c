// FramedField: what is known of each sample of a grid, with a frame around every plane for the neighbours of samples at
// its border. The elements are zero until they are set.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/grid.h"

namespace laq {

// The slices (planes of y and x) that a field keeps. If it is the latest ones, rows may be read in groups of eight,
// which reach beyond their ends; and a grid of one slice keeps its latest rows alone.
enum class Kept { all_slices, latest_slices };

template <class T, Kept kKept = Kept::latest_slices>
class FramedField {
 public:
  static constexpr int kFrame = kKept == Kept::all_slices ? 2 : 4;  // columns to the left and right of a row
  static constexpr int kRows = 2;                                   // of the frame, above a plane and below it

  static constexpr int kLatestRows = 8;  // that a grid of one slice keeps

  explicit FramedField(const std::array<int, kAxes>& sides)
      : sides_(sides), row_(row_of(sides)), plane_(row_ * rows_of(sides)), elements_(bytes(sides) / sizeof(T)) {
    if (kKept == Kept::latest_slices) slice_mask_ = slices_of(sides) - 1;
    if (keeps_rows(sides)) row_mask_ = kLatestRows - 1;
  }

  // What a field allocates.
  static size_t bytes(const std::array<int, kAxes>& sides) {
    return sizeof(T) * row_of(sides) * rows_of(sides) * slices_of(sides);
  }

  // If all slices are kept, z is one of them. If the latest slices are kept, z is the present one or one of the three
  // before it; the slice before the first is there, too, and is zero. If the grid has one slice, y is the present row
  // or one of the seven before it, and all rows of the slice before are zero.
  T* at(int z, int y, int x) {
    return elements_.data() + (z & slice_mask_) * plane_ + ((y + kRows) & row_mask_) * row_ + x + kFrame;
  }
  const std::array<int, kAxes>& sides() const { return sides_; }
  // The distances between rows and between slices, if all slices are kept.
  ptrdiff_t row() const { return row_; }
  ptrdiff_t plane() const { return plane_; }

  // Puts the ends of a row into its frame.
  void extend(int z, int y) {
    T* const row = at(z, y, 0);
    std::fill_n(row - kFrame, kFrame, row[0]);
    std::fill_n(row + sides_[2], kFrame, row[sides_[2] - 1]);
  }

 private:
  static constexpr int kBeyond = kKept == Kept::all_slices ? 0 : 8;

  static size_t row_of(const std::array<int, kAxes>& sides) { return sides[2] + 2 * kFrame + kBeyond; }
  static bool keeps_rows(const std::array<int, kAxes>& sides) { return kKept == Kept::latest_slices && sides[0] == 1; }
  static size_t rows_of(const std::array<int, kAxes>& sides) {
    return keeps_rows(sides) ? kLatestRows : sides[1] + 2 * kRows;
  }
  // The number of slices that are kept; if they are the latest ones, it is a power of two.
  static int slices_of(const std::array<int, kAxes>& sides) {
    return kKept == Kept::all_slices ? sides[0] : sides[0] == 1 ? 2 : 4;
  }

  std::array<int, kAxes> sides_;
  ptrdiff_t row_, plane_;
  int slice_mask_ = -1, row_mask_ = -1;
  std::vector<T> elements_;
};

}  // namespace laq
