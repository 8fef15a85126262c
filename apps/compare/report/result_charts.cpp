#include "compare/report/result_charts.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "compare/codecs/signal.h"
#include "compare/report/markup.h"
#include "compare/report/spectrum_chart.h"
#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

constexpr int kBins = 24;  // of the scores in a relative chart

bool is_similarity(const Metric& metric) {
  return std::string_view(metric.column).find("ssim") != std::string::npos && metric.value != &Point::ssimulacra2;
}

std::string chart_attributes(const char* kind, const Metric& metric) {
  return data("kind", kind) + data("metric", metric.column) + data("decimals", std::to_string(score_decimals(metric))) +
         " tabindex=\"0\"";
}

// The axis is stretched for good scores: small distances, and similarities near 1.
Spacing score_spacing(const Metric& metric, const Pool& pool) {
  const Spacing spacing = is_similarity(metric)     ? Spacing::complement
                          : metric.higher_is_better ? Spacing::linear
                                                    : Spacing::logarithmic;
  for (const Curve& curve : pool.curves)
    for (const CurvePoint& point : curve.points)
      if (!has_place(spacing, point.score)) return Spacing::linear;
  return spacing;
}

std::string score_title(const Metric& metric) {
  return std::string(metric.title) + (*metric.unit ? std::string(" in ") + metric.unit : "") +
         (metric.higher_is_better ? "" : ", less is better");
}

std::vector<RatePoint> rate_points(const Metric& metric, const Curve& curve, double score_unit) {
  std::vector<RatePoint> points;
  for (const CurvePoint& point : curve.points)
    points.push_back({point.bits_per_element, metric.score(point.score) / score_unit});
  return points;
}

// The lowest and the highest score of a curve, as Metric::score() gives them.
std::pair<double, double> scores_of(const Metric& metric, const Curve& curve) {
  const auto [low, high] = std::ranges::minmax_element(curve.points, {}, &CurvePoint::score);
  return {metric.score(low->score), metric.score(high->score)};
}

ChartSeries line_of(size_t codec, const std::string& name, const Series& series, const std::vector<double>& levels) {
  ChartSeries line{.codec = codec, .name = name, .points = {}, .has_line = true, .has_marks = false};
  for (size_t i = 0; i < levels.size(); ++i) line.points.push_back({series.times[i], levels[i], ""});
  return line;
}

// What belongs to an image: of an array from a list of its own, of a picture from its visual comparison.
template <class Part>
const Part* find_part(const Results& results, const std::string& image, const std::vector<Part>& of_arrays,
                      Part VisualComparison::*of_picture) {
  for (const Part& part : of_arrays)
    if (part.image == image) return &part;
  for (const VisualComparison& comparison : results.visual_comparisons)
    if (comparison.image == image) return &(comparison.*of_picture);
  return nullptr;
}

}  // namespace

int score_decimals(const Metric& metric) {
  if (metric.is_logarithmic) return -1;
  if (is_similarity(metric)) return 4;
  return metric.higher_is_better ? 2 : 3;
}

std::string score_text(const Metric& metric, double score, int fewer) {
  constexpr int kDigits = 3;
  constexpr double kSmall = 1e-3;
  if (metric.is_logarithmic) return score < kSmall ? power_text(score) : significant(score, kDigits - fewer);
  return decimals(score, score_decimals(metric) - fewer);
}

Chart rate_chart(const Results& results, const Metric& metric, const Pool& pool) {
  const std::string image = pool.images.size() == 1 ? pool.images[0] : "";
  const Words& words = words_of(results.kind);
  Chart chart;
  chart.attributes = chart_attributes("rate", metric);
  chart.description = std::string(metric.title) + " against bits per " + words.element + ", " +
                      (image.empty() ? "mean over " + counted(pool.images.size(), words.signal) : image) + ", for " +
                      counted(pool.curves.size(), "codec");
  chart.y_spacing = score_spacing(metric, pool);
  chart.y_reversed = !metric.higher_is_better;
  chart.x_title = std::string("bits per ") + words.element + ", logarithmic";
  chart.y_title = score_title(metric);
  for (const Curve& curve : pool.curves) {
    const std::string& name = results.codecs[curve.codec].name;
    ChartSeries series{.codec = curve.codec, .name = name, .points = {}};
    for (const CurvePoint& point : curve.points)
      series.points.push_back({point.bits_per_element, point.score,
                               data("codec", escape(name)) + data("image", escape(image)) +
                                   data("q", attribute(point.q)) + data("x", attribute(point.bits_per_element)) +
                                   data("y", attribute(point.score)) +
                                   (std::isfinite(point.absolute) ? data("absolute", attribute(point.absolute)) : "")});
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Chart relative_chart(const Results& results, const Metric& metric, const Pool& pool) {
  Chart chart;
  chart.attributes = chart_attributes("relative", metric);
  chart.description = "Difference of bytes to " + results.anchor + " at equal " + metric.title;
  chart.x_spacing = metric.is_logarithmic ? Spacing::logarithmic : Spacing::linear;
  chart.x_reversed = !metric.higher_is_better;
  chart.y_spacing = Spacing::percent;
  chart.y_percent = chart.y_has_zero_line = true;
  chart.x_title = score_title(metric);
  chart.y_title = "Bytes against " + results.anchor + " at equal score";
  const auto anchor = std::ranges::find_if(
      pool.curves, [&](const Curve& curve) { return results.codecs[curve.codec].name == results.anchor; });
  if (anchor == pool.curves.end()) return chart;
  auto [lowest, highest] = scores_of(metric, *anchor);
  if (metric.value == leading_metric(results.kind).value) {
    lowest = std::max(lowest, results.lowest_score);
    highest = std::min(highest, results.highest_score);
  }
  const double bin = (highest - lowest) / kBins;  // also the unit, as bjontegaard() wants ranges of some size
  if (!(bin > 0)) return chart;
  const auto anchor_points = rate_points(metric, *anchor, bin);
  for (const Curve& curve : pool.curves) {
    const std::string& name = results.codecs[curve.codec].name;
    ChartSeries series{.codec = curve.codec, .name = name, .points = {}, .has_line = true, .has_marks = false};
    const auto [curve_lowest, curve_highest] = scores_of(metric, curve);
    const auto points = rate_points(metric, curve, bin);
    for (int i = 0; i < kBins; ++i) {
      const double low = lowest + i * bin, high = low + bin;
      if (low < curve_lowest || high > curve_highest) continue;
      const auto difference = bjontegaard(anchor_points, points, {low / bin, high / bin, metric.higher_is_better});
      if (!difference.ok()) continue;
      const double score = metric.value_at((low + high) / 2), percent = 100 * std::expm1(difference->log_rate);
      series.points.push_back(
          {score, percent, data("codec", escape(name)) + data("x", attribute(score)) + data("y", attribute(percent))});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

std::string rate_chart_svg(const Results& results, const Metric& metric, const std::string& image) {
  const Curves curves(results);
  const Pool pool = image.empty() ? curves.pool(metric, images_of_class(results, "")) : curves.of_image(metric, image);
  return draw_standalone(rate_chart(results, metric, pool), looks_of(results.codecs), Scheme::paper);
}

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

const ErrorHistogram* find_histogram(const Results& results, const std::string& image) {
  return find_part(results, image, results.histograms, &VisualComparison::histogram);
}

const Spectra* find_spectra(const Results& results, const std::string& image) {
  return find_part(results, image, results.spectra, &VisualComparison::spectra);
}

Chart spectra_chart(const Results& results, const Spectra& spectra) {
  Chart chart = spectrum_axes("Power spectra of " + spectra.image + " and of its errors", spectra.unit);
  chart.width = 620;
  chart.y_title += results.kind == SignalKind::array ? "; 0: the range" : "; 0: one level of 255";
  chart.series.push_back(spectrum_curve(results.codecs.size(), "original", spectra.original));
  for (const Spectra::Line& line : spectra.errors) {
    const auto codec = results.codec_index(line.codec);
    if (codec) chart.series.push_back(spectrum_curve(*codec, line.codec, line.powers));
  }
  return chart;
}

Chart histogram_chart(const Results& results, const ErrorHistogram& histogram) {
  const bool is_array = results.kind == SignalKind::array;
  Chart chart;
  chart.description = "How often errors of each size occur in " + histogram.image;
  chart.width = 620;
  chart.height = 340;
  chart.x_spacing = Spacing::linear;
  chart.y_spacing = is_array ? Spacing::linear : Spacing::logarithmic;
  chart.y_has_zero_line = is_array;
  chart.x_title = is_array ? "error / bound" : "difference in levels of 255";
  chart.y_title = is_array ? "Share of elements" : "Share of samples, logarithmic";
  for (const ErrorHistogram::Line& line : histogram.lines) {
    const auto codec = results.codec_index(line.codec);
    if (!codec) continue;
    ChartSeries series{.codec = *codec, .name = line.codec, .points = {}, .has_line = true, .has_marks = false};
    for (size_t i = 0; i < line.shares.size(); ++i) series.points.push_back({histogram.sizes[i], line.shares[i], ""});
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Chart values_chart(const Results& results, const ComparedTensor& tensor) {
  Chart chart;
  chart.description = "How often elements of each size occur in " + tensor.name;
  chart.width = 620;
  chart.height = 340;
  chart.x_spacing = Spacing::linear;
  chart.y_has_zero_line = true;
  chart.x_title = "element / root mean square of the tensor";
  chart.y_title = "Share of elements";
  const auto add = [&](size_t codec, const std::string& name, const std::vector<double>& shares) {
    ChartSeries series{.codec = codec, .name = name, .points = {}, .has_line = true, .has_marks = false};
    for (size_t i = 0; i < shares.size(); ++i) series.points.push_back({tensor.values[i], shares[i], ""});
    chart.series.push_back(std::move(series));
  };
  add(results.codecs.size(), "original", tensor.shares);
  for (const ComparedTensor::Line& line : tensor.lines)
    if (const auto codec = results.codec_index(line.codec)) add(*codec, line.codec, line.shares);
  return chart;
}

std::string values_chart_svg(const Results& results, const ComparedTensor& tensor) {
  return draw_standalone(values_chart(results, tensor), looks_with_signal(results.codecs), Scheme::paper);
}

std::string histogram_chart_svg(const Results& results, const ErrorHistogram& histogram) {
  return draw_standalone(histogram_chart(results, histogram), looks_of(results.codecs), Scheme::paper);
}

std::string spectra_chart_svg(const Results& results, const Spectra& spectra) {
  return draw_standalone(spectra_chart(results, spectra), looks_with_signal(results.codecs), Scheme::paper);
}

std::string series_chart_svg(const Results& results, const Series& series) {
  return draw_standalone(series_chart(results, series), looks_with_signal(results.codecs), Scheme::paper);
}

}  // namespace laq::compare
