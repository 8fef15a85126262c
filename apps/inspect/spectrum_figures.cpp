#include "inspect/spectrum_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "compare/report/markup.h"
#include "inspect/raster.h"

namespace laq::command {
namespace {

constexpr std::array<const char*, 4> kSeries = {"original", "decoded", "error", "noise"};
constexpr double kLeastPower = 1e-300;

double decibels(double power) {
  return 10 * std::log10(std::max(power, kLeastPower));
}

// Points in decibels, but for those without power. Neighbours within a ratio are averaged, so that the octaves have
// about as many points.
std::vector<compare::ChartPoint> chart_points(const std::vector<spectrum::Point>& points) {
  constexpr double kRatio = 1.015;
  std::vector<compare::ChartPoint> result;
  for (size_t i = 0; i < points.size();) {
    const double first = points[i].frequency;
    double power = 0, frequency = 0, count = 0;
    for (; i < points.size() && (count == 0 || points[i].frequency < first * kRatio); ++i, ++count) {
      power += points[i].power;
      frequency += points[i].frequency;
    }
    if (first > 0 && power > 0) result.push_back({frequency / count, decibels(power / count), ""});
  }
  return result;
}

}  // namespace

std::vector<compare::Look> looks_of_page() {
  constexpr size_t kOrange = 0, kBlue = 1, kGray = 5, kGreen = 2;
  return {{.hue = kGray}, {.hue = kBlue}, {.hue = kOrange}, {.hue = kGreen}};
}

size_t look_of(const std::string& name) {
  return static_cast<size_t>(std::find(kSeries.begin(), kSeries.end(), name) - kSeries.begin());
}

Figure spectrum_chart(const std::string& shows, const std::vector<NamedSpectrum>& spectra, const NoiseLevel& noise,
                      const std::string& unit) {
  compare::Chart chart;
  chart.description = "Power spectra: " + shows;
  chart.width = 720;
  chart.height = 420;
  chart.x_spacing = compare::Spacing::logarithmic;
  chart.x_title = unit;
  chart.y_title = noise.power > 0 ? "Power in decibels; dotted: " + noise.name : "Power in decibels";
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (const auto& [name, points] : spectra) {
    compare::ChartSeries series{.codec = look_of(name), .name = name, .points = {}, .has_marks = false};
    series.points = chart_points(points);
    for (const compare::ChartPoint& point : series.points) {
      first = std::min(first, point.x);
      last = std::max(last, point.x);
    }
    chart.series.push_back(std::move(series));
  }
  if (noise.power > 0 && last > 0) {
    chart.series.push_back({.codec = look_of("noise"),
                            .name = noise.name,
                            .points = {{first, decibels(noise.power), ""}, {last, decibels(noise.power), ""}},
                            .has_marks = false,
                            .is_limit = true});
  }
  Figure figure;
  figure.title = "Power by frequency";
  figure.shows = shows;
  figure.markup = compare::draw(chart, looks_of_page());
  if (figure.markup.empty()) figure.markup = "<p>There is no power at any frequency.</p>";
  return figure;
}

Figure area_spectrum_map(const std::string& name, const std::string& title, const std::string& shows,
                         const spectrum::AreaSpectrum& area, double low, double high) {
  Raster raster(area.columns, area.rows);
  std::transform(area.power.begin(), area.power.end(), raster.values.begin(), decibels);
  return heat_map(name, title, shows, raster,
                  {low, high, compare::decimals(low, 0) + " dB", compare::decimals(high, 0) + " dB"});
}

double decibels_at(const spectrum::AreaSpectrum& area, double share) {
  return decibels(percentile(area.power, share));
}

}  // namespace laq::command
