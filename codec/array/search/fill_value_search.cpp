#include "array/search/fill_value_search.h"

#include <cstddef>
#include <limits>
#include <utility>

namespace laq::array {
namespace {

struct Interval {
  double least, greatest;

  bool contains(double value) const { return value >= least && value <= greatest; }
};

// The least interval that holds the ordinary values.
Interval ordinary_values(const std::vector<double>& values) {
  constexpr int kMostValues = 8;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Interval kept = {std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
  for (int i = 0; i < kMostValues; ++i) {
    double least = kInfinity, second = kInfinity, greatest = -kInfinity, last_but_one = -kInfinity;
    for (const double value : values) {
      if (!kept.contains(value)) continue;
      if (value < least) {
        second = std::exchange(least, value);
      } else if (value > least && value < second) {
        second = value;
      }
      if (value > greatest) {
        last_but_one = std::exchange(greatest, value);
      } else if (value < greatest && value > last_but_one) {
        last_but_one = value;
      }
    }
    if (!(second < last_but_one)) break;
    if (greatest - last_but_one > last_but_one - least) {
      kept.greatest = last_but_one;
    } else if (second - least > greatest - second) {
      kept.least = second;
    } else {
      break;
    }
  }
  return kept;
}

}  // namespace

std::vector<bool> find_fill_values(const std::vector<double>& values) {
  const Interval kept = ordinary_values(values);
  std::vector<bool> result(values.size());
  for (size_t i = 0; i < values.size(); ++i) result[i] = !kept.contains(values[i]);  // NaN is in no interval
  return result;
}

}  // namespace laq::array
