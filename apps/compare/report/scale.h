// A scale of a chart: from values to places on an axis, and the values that are marked on it.
#pragma once

#include <span>
#include <vector>

namespace laq::compare {

enum class Spacing {
  linear,
  logarithmic,  // of the value, above 0
  complement,   // of the distance from 1, below 1: similarities
  percent,      // of the ratio that a difference in percent stands for: -50 is as far from 0 as +100
};

// Is a value one that the spacing can show?
bool has_place(Spacing spacing, double value);

class Scale {
 public:
  // The values at the two ends, and where these stand.
  Scale(Spacing spacing, double first, double last, double first_place, double last_place);

  double place(double value) const;
  double first() const { return first_; }
  double last() const { return last_; }
  bool contains(double value) const;

  // Round values, as many as fit with this distance between neighbours.
  std::vector<double> ticks(double distance) const;
  // Digits after the point that tell ticks apart.
  static int tick_decimals(std::span<const double> ticks);

 private:
  double position(double value) const;  // along the axis, in units of the spacing

  Spacing spacing_;
  double first_, last_, first_place_, last_place_;
};

}  // namespace laq::compare
