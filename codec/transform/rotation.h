// Cosine and sine of an angle, the same on every machine: by sums and products of doubles only.
#pragma once

#include <array>

namespace laq {

struct Rotation {
  double cosine, sine;

  // Rotates a point by the negative angle, and by the angle.
  void turn(double& x, double& y) const {
    const double turned = x * cosine + y * sine;
    y = y * cosine - x * sine;
    x = turned;
  }
  void turn_back(double& x, double& y) const {
    const double turned = x * cosine - y * sine;
    y = y * cosine + x * sine;
    x = turned;
  }
};

// turns: 0 .. 2^28, of the full circle. Up to one within 2^-52 of the exact values.
inline Rotation rotation_of(double turns) {
  constexpr double kEighth = 0.78539816339744830962;  // pi / 4
  // Factors of the Taylor series: 1 / ((2 k)(2 k - 1)) of the cosine, 1 / ((2 k + 1)(2 k)) of the sine.
  constexpr int kTerms = 9;
  const double eighths = 8 * turns;
  const int octant = static_cast<int>(eighths);
  const double within = eighths - octant;
  const bool is_mirrored = octant % 2 != 0;
  const double angle = kEighth * (is_mirrored ? 1 - within : within), square = angle * angle;
  double cosine = 1, sine = 1;
  for (int k = kTerms; k >= 1; --k) {
    cosine = 1 - square * cosine / ((2 * k) * (2 * k - 1));
    sine = 1 - square * sine / ((2 * k + 1) * (2 * k));
  }
  sine *= angle;
  // Octants 1, 2, 5 and 6 lie nearer to the vertical.
  const bool is_steep = octant % 4 == 1 || octant % 4 == 2;
  const double x = is_steep ? sine : cosine, y = is_steep ? cosine : sine;
  return {octant % 8 >= 2 && octant % 8 < 6 ? -x : x, octant % 8 >= 4 ? -y : y};
}

}  // namespace laq
