#include "array/search/fill_value_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace laq::array {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The range of the values of an interval, found in eight parts side by side.
std::pair<double, double> range_within(const OrdinaryValues& kept, std::span<const double> values) {
  constexpr size_t kParts = 8;
  std::array<double, kParts> least, greatest;
  least.fill(kInfinity);
  greatest.fill(-kInfinity);
  const auto look_at = [&](size_t part, double value) {
    const bool is_kept = kept.contains(value);
    const double low = is_kept ? value : kInfinity, high = is_kept ? value : -kInfinity;
    least[part] = low < least[part] ? low : least[part];
    greatest[part] = high > greatest[part] ? high : greatest[part];
  };
  size_t i = 0;
  for (; i + kParts <= values.size(); i += kParts) {
    for (size_t part = 0; part < kParts; ++part) look_at(part, values[i + part]);
  }
  for (; i < values.size(); ++i) look_at(0, values[i]);
  return {*std::min_element(least.begin(), least.end()), *std::max_element(greatest.begin(), greatest.end())};
}

}  // namespace

OrdinaryValues find_ordinary_values(std::span<const double> values) {
  constexpr int kMostValues = 8;
  OrdinaryValues kept;
  for (int i = 0; i < kMostValues; ++i) {
    const auto [least, greatest] = range_within(kept, values);
    // Another value that is no nearer to the least than to the greatest shows that the greatest is not alone; for the
    // least the other way round. Mostly one of the first values does.
    const auto is_beside_greatest = [low = least, high = greatest](double value) {
      return value < high && value - low >= high - value;
    };
    const auto is_beside_least = [low = least, high = greatest](double value) {
      return value > low && high - value >= value - low;
    };
    const auto is_any = [&](const auto& is_beside) {
      return std::any_of(values.begin(), values.end(),
                         [&](double value) { return kept.contains(value) && is_beside(value); });
    };
    const bool is_greatest_alone = !is_any(is_beside_greatest);
    if (!is_greatest_alone && is_any(is_beside_least)) break;
    const double second = range_within({std::nextafter(least, kInfinity), kept.greatest}, values).first;
    const double last_but_one = range_within({kept.least, std::nextafter(greatest, -kInfinity)}, values).second;
    if (!(second < last_but_one)) break;
    if (is_greatest_alone) {
      kept.greatest = last_but_one;
    } else {
      kept.least = second;
    }
  }
  return kept;
}

std::vector<bool> find_fill_values(std::span<const double> values) {
  const OrdinaryValues ordinary = find_ordinary_values(values);
  std::vector<bool> result(values.size());
  for (size_t i = 0; i < values.size(); ++i) result[i] = !ordinary.contains(values[i]);
  return result;
}

}  // namespace laq::array
