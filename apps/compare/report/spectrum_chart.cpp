#include "compare/report/spectrum_chart.h"

#include <algorithm>
#include <cmath>

namespace laq::compare {

double decibels(double power) {
  constexpr double kLeastPower = 1e-300;
  return 10 * std::log10(std::max(power, kLeastPower));
}

Chart spectrum_axes(const std::string& description, const std::string& unit) {
  Chart chart;
  chart.description = description;
  chart.x_spacing = Spacing::logarithmic;
  chart.x_title = unit;
  chart.y_title = "Power in decibels";
  return chart;
}

ChartSeries spectrum_curve(size_t look, const std::string& name, const std::vector<spectrum::Point>& spectrum) {
  constexpr double kRatio = 1.015;
  ChartSeries series{.codec = look, .name = name, .points = {}, .has_marks = false};
  for (size_t i = 0; i < spectrum.size();) {
    const double first = spectrum[i].frequency;
    double power = 0, frequency = 0, count = 0;
    for (; i < spectrum.size() && (count == 0 || spectrum[i].frequency < first * kRatio); ++i, ++count) {
      power += spectrum[i].power;
      frequency += spectrum[i].frequency;
    }
    if (first > 0 && power > 0) series.points.push_back({frequency / count, decibels(power / count), ""});
  }
  return series;
}

}  // namespace laq::compare
