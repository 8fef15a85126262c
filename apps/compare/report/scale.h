// A scale of a chart: from values to places on an axis, and the values that are marked on it.
#pragma once

#include <span>
#include <utility>
#include <vector>

namespace laq::compare {

enum class Spacing {
  linear,
  logarithmic,  // by the logarithm of the value, which is above 0
  complement,   // by the logarithm of the distance from 1, for similarities, which are below 1
  percent,      // by the logarithm of the ratio that a difference in percent stands for: -50 is as far from 0 as +100
};

// Can the spacing show this value?
bool has_place(Spacing spacing, double value);

// The ends of an axis that shows values from `low` to `high`: these with a little room.
std::pair<double, double> padded(Spacing spacing, double low, double high);

class Scale {
 public:
  // Takes the values at the two ends, and the places of the ends.
  Scale(Spacing spacing, double first, double last, double first_place, double last_place);

  double place(double value) const;
  double first() const { return first_; }
  double last() const { return last_; }
  bool contains(double value) const;

  // Round values, as many as fit if neighbours keep this distance.
  std::vector<double> ticks(double distance) const;
  // The number of decimals that the ticks need.
  static int tick_decimals(std::span<const double> ticks);

 private:
  Spacing spacing_;
  double first_, last_, first_place_, last_place_;
};

}  // namespace laq::compare
