#include "inspect/spectrum_figures.h"

#include <algorithm>
#include <array>
#include <limits>

#include "compare/report/markup.h"
#include "compare/report/spectrum_chart.h"
#include "inspect/raster.h"

namespace laq::command {

using compare::decibels;

namespace {

constexpr std::array<const char*, 4> kSeries = {"original", "decoded", "error", "noise"};

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
  compare::Chart chart = compare::spectrum_axes("Power spectra: " + shows, unit);
  chart.width = 720;
  chart.height = 420;
  if (noise.power > 0) chart.y_title += "; dotted: " + noise.name;
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (const auto& [name, points] : spectra) {
    compare::ChartSeries series = compare::spectrum_curve(look_of(name), name, points);
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
