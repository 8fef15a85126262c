// A plane of a tile as numbers that vectors take, with a frame for the neighbours of samples at its border.
#pragma once

#include <algorithm>

#include "base/plane.h"

namespace laq::lossless {

class FramedPlane {
 public:
  static constexpr int kFrame = 16;  // columns to the left and right
  static constexpr int kAbove = 3;   // rows
  static constexpr int kBelow = 1;

  FramedPlane(int width, int height)
      : width_(width), height_(height), plane_(width + 2 * kFrame, height + kAbove + kBelow) {}
  static size_t bytes(int width, int height) {
    return Plane<float>::bytes_of(width + 2 * kFrame, height + kAbove + kBelow);
  }

  float* row(int y) { return plane_.row(y + kAbove) + kFrame; }
  const float* row(int y) const { return plane_.row(y + kAbove) + kFrame; }
  ptrdiff_t stride() const { return plane_.stride(); }
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
  Plane<float> plane_;
};

}  // namespace laq::lossless
