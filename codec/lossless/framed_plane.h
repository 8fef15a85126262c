// A plane of a tile as numbers that vectors take, with a frame for the neighbours of samples at its border.
#pragma once

#include <algorithm>
#include <array>

#include "base/plane.h"

namespace laq::lossless {

// The rows of a plane from kAbove above one of them to kBelow below it.
class RowsAround;

class FramedPlane {
 public:
  static constexpr int kFrame = 16;  // columns to the left and right
  static constexpr int kAbove = 3;   // rows
  static constexpr int kBelow = 1;
  // So many rows are enough where planes are coded side by side: each is two rows behind the one before it, and looks
  // at the row below its own in both. It is a power of two.
  static constexpr int kRowsOfRing = 8;

  // A plane of which all rows stay, or a ring in which a row takes the place of the one kRowsOfRing above it.
  enum class Rows { all, ring };

  FramedPlane(int width, int height, Rows rows = Rows::all)
      : width_(width),
        height_(height),
        mask_(rows == Rows::all ? ~0 : kRowsOfRing - 1),
        plane_(width + 2 * kFrame, rows == Rows::all ? height + kAbove + kBelow : kRowsOfRing) {}
  static size_t bytes_of_ring(int width) { return Plane<float>::bytes_of(width + 2 * kFrame, kRowsOfRing); }

  float* row(int y) { return plane_.row((y + kAbove) & mask_) + kFrame; }
  const float* row(int y) const { return plane_.row((y + kAbove) & mask_) + kFrame; }
  RowsAround around(int y) const;
  int width() const { return width_; }
  int height() const { return height_; }

  // The rows above the first one.
  void fill_above(float value) {
    for (int y = -kAbove; y < 0; ++y) std::fill(row(y) - kFrame, row(y) + width_ + kFrame, value);
  }
  // To the left of a row stands the first sample of the row above.
  void begin_row(int y) { std::fill(row(y) - kFrame, row(y), row(y - 1)[0]); }
  void end_row(int y) { std::fill_n(row(y) + width_, kFrame, row(y)[width_ - 1]); }
  void finish() { std::copy_n(row(height_ - 1) - kFrame, width_ + 2 * kFrame, row(height_) - kFrame); }

 private:
  int width_, height_;
  int mask_;  // of the numbers of rows
  Plane<float> plane_;
};

class RowsAround {
 public:
  RowsAround() = default;
  RowsAround(const FramedPlane& plane, int y) {
    for (int i = 0; i < kRows; ++i) rows_[i] = plane.row(y + i - FramedPlane::kAbove);
  }
  // offset: -kAbove .. kBelow
  const float* operator[](int offset) const { return rows_[offset + FramedPlane::kAbove]; }

 private:
  static constexpr int kRows = FramedPlane::kAbove + 1 + FramedPlane::kBelow;
  std::array<const float*, kRows> rows_{};
};

inline RowsAround FramedPlane::around(int y) const {
  return {*this, y};
}

}  // namespace laq::lossless
