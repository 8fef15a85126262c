#include "compare/report/series_chart.h"

#include "compare/report/rate_charts.h"

namespace laq::compare {
namespace {

ChartSeries line_of(size_t codec, const std::string& name, const Series& series, const std::vector<double>& levels) {
  ChartSeries line{.codec = codec, .name = name, .points = {}, .has_line = true, .has_marks = false};
  for (size_t i = 0; i < levels.size(); ++i) line.points.push_back({series.times[i], levels[i], ""});
  return line;
}

}  // namespace

std::vector<Look> looks_with_signal(const std::vector<CodecEntry>& codecs) {
  constexpr size_t kGray = 5;
  std::vector<Look> looks = looks_of(codecs);
  looks.push_back({.hue = kGray});
  return looks;
}

Chart series_chart(const Results& results, const Series& series) {
  Chart chart;
  chart.description = "Levels of " + series.image + " and of its errors over time";
  chart.width = 620;
  chart.x_spacing = Spacing::linear;
  chart.y_spacing = Spacing::logarithmic;
  chart.x_title = series.in_seconds ? "seconds" : "elements";
  chart.y_title = "Local root mean square / range; dotted: the bound";
  chart.series.push_back(line_of(results.codecs.size(), "signal", series, series.signal));
  for (const SeriesErrors& errors : series.errors) {
    const auto codec = results.codec_index(errors.codec);
    if (!codec) continue;
    chart.series.push_back(line_of(*codec, errors.codec, series, errors.levels));
    ChartSeries bound = line_of(*codec, errors.codec, series, std::vector<double>(series.times.size(), errors.bound));
    bound.is_limit = true;
    chart.series.push_back(std::move(bound));
  }
  return chart;
}

std::string series_chart_svg(const Results& results, const Series& series) {
  return draw_standalone(series_chart(results, series), looks_with_signal(results.codecs), Scheme::paper);
}

}  // namespace laq::compare
