#include "compare/report/scale.h"

#include <algorithm>
#include <cmath>

namespace laq::compare {
namespace {

// From values to places along an axis, in units of the spacing, and back; in the order of Spacing.
struct Transform {
  double (*position)(double value);
  double (*value)(double position);
};
constexpr Transform kTransforms[] = {
    {[](double v) { return v; }, [](double p) { return p; }},
    {[](double v) { return std::log(v); }, [](double p) { return std::exp(p); }},
    {[](double v) { return -std::log(1 - v); }, [](double p) { return 1 - std::exp(-p); }},
    {[](double v) { return std::log1p(v / 100); }, [](double p) { return 100 * std::expm1(p); }},
};

const Transform& transform_of(Spacing spacing) {
  return kTransforms[static_cast<int>(spacing)];
}

// 1, 2, 5 or all digits of each power of ten within the ends.
std::vector<double> decades(double lowest, double highest, std::span<const double> digits) {
  std::vector<double> values;
  for (int power = -9; power <= 9; ++power)
    for (const double digit : digits) {
      const double value = power < 0 ? digit / std::pow(10, -power) : digit * std::pow(10, power);
      if (value >= lowest * (1 - 1e-9) && value <= highest * (1 + 1e-9)) values.push_back(value);
    }
  return values;
}

std::vector<double> multiples(double lowest, double highest, double step) {
  std::vector<double> values;
  for (double k = std::ceil(lowest / step - 1e-9); k * step <= highest + 1e-9 * step; ++k) values.push_back(k * step);
  return values;
}

// The digits of logarithmic ticks, and the ticks of percentages, from fine to coarse.
const std::vector<double> kDigits[] = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 5}, {1, 3}, {1}};
const std::vector<double> kPercents[] = {
    {-90, -85, -80, -75, -70, -65, -60, -55, -50, -45, -40, -35, -30, -25, -20, -15, -10, -5,
     0,   5,   10,  15,  20,  25,  30,  35,  40,  45,  50,  60,  70,  80,  90,  100, 150, 200},
    {-90, -80, -70, -60, -50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 900},
    {-90, -80, -60, -40, -20, 0, 20, 40, 70, 100, 150, 200, 300, 500, 900},
    {-90, -75, -50, -25, 0, 50, 100, 200, 400, 900},
    {-90, -75, -50, 0, 100, 300, 900},
    {-90, 0, 900},
};

}  // namespace

bool has_place(Spacing spacing, double value) {
  return std::isfinite(value) && std::isfinite(transform_of(spacing).position(value));
}

std::pair<double, double> padded(Spacing spacing, double low, double high) {
  if (low == high && spacing == Spacing::logarithmic) return {low / 1.5, high * 1.5};
  if (low == high && spacing != Spacing::complement) return {low - 1, high + 1};
  const Transform& transform = transform_of(spacing);
  const double a = transform.position(low), b = transform.position(high), room = std::max((b - a) * 0.04, 1e-9);
  return {transform.value(a - room), transform.value(b + room)};
}

Scale::Scale(Spacing spacing, double first, double last, double first_place, double last_place)
    : spacing_(spacing), first_(first), last_(last), first_place_(first_place), last_place_(last_place) {}

double Scale::place(double value) const {
  const auto position = transform_of(spacing_).position;
  const double length = position(last_) - position(first_);
  const double share = length == 0 ? 0.5 : (position(value) - position(first_)) / length;
  return first_place_ + share * (last_place_ - first_place_);
}

bool Scale::contains(double value) const {
  return value >= std::min(first_, last_) && value <= std::max(first_, last_);
}

std::vector<double> Scale::ticks(double distance) const {
  const double low = std::min(first_, last_), high = std::max(first_, last_);
  std::vector<std::vector<double>> choices;  // from fine to coarse
  if (spacing_ == Spacing::logarithmic && high / low > 2.5) {
    for (const auto& digits : kDigits) choices.push_back(decades(low, high, digits));
  } else if (spacing_ == Spacing::complement && (1 - low) / (1 - high) > 2.5) {
    for (const auto* digits : {&kDigits[1], &kDigits[3]}) {
      std::vector<double> values = decades(1 - high, 1 - low, *digits);
      for (double& value : values) value = 1 - value;
      std::reverse(values.begin(), values.end());
      choices.push_back(values);
    }
  } else if (spacing_ == Spacing::percent && high - low > 25) {
    for (const auto& percents : kPercents) {
      choices.emplace_back();
      std::copy_if(percents.begin(), percents.end(), std::back_inserter(choices.back()),
                   [&](double value) { return contains(value); });
    }
  } else {
    const double coarsest = std::pow(10, std::ceil(std::log10(std::max(high - low, 1e-9))));
    for (const double step : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0})
      choices.push_back(multiples(low, high, coarsest * step));
  }
  for (const auto& values : choices) {
    bool fits = true;
    for (size_t i = 1; i < values.size(); ++i)
      fits = fits && std::abs(place(values[i]) - place(values[i - 1])) >= distance;
    if (fits) return values;
  }
  return choices.back();
}

int Scale::tick_decimals(std::span<const double> ticks) {
  for (int count = 0; count < 6; ++count) {
    const double unit = std::pow(10, count);
    const auto fits = [&](double tick) { return std::abs(tick * unit - std::round(tick * unit)) < 1e-6 * unit; };
    if (std::ranges::all_of(ticks, fits)) return count;
  }
  return 6;
}

}  // namespace laq::compare
