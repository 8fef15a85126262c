// Linear light: what the samples of a picture stand for, in the sRGB primaries; 0..1 for colours of sRGB, more for
// lights of a greater range (code_points.h).
#pragma once

#include <array>
#include <cstdint>

#include "base/plane.h"
#include "laq/laq.hpp"
#include "metrics/icc_transform.h"

namespace laq {

// Gives the rows of a picture in linear light. The picture's code points are followed, or else its ICC profile;
// neither means sRGB. Sides below kMinimumSide are extended to that by repeating the last column or row.
class LinearLight {
 public:
  static constexpr int kMinimumSide = 8;

  // Errors: those of code_point_transform() and icc_transform(), with the picture's `name` ("reference"). background:
  // what shows through alpha, as encoded, 0..1. The samples must stay where they are.
  static Result<LinearLight> of(const PictureView& picture, float background, const char* name);

  int width() const { return width_; }
  int height() const { return height_; }

  // Red, green and blue of row y. May write rubbish into Plane's padding after the row.
  void read_row(int y, const std::array<float*, 3>& out);

 private:
  LinearLight(const PictureView& picture, float background, LightTransform transform);

  PictureView picture_;
  float background_;
  LightTransform transform_;  // empty: sRGB
  int width_, height_;
  Plane<float> encoded_;  // one row of each channel
};

}  // namespace laq
