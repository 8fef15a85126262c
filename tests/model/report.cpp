#include "report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "compare/report/chart.h"
#include "compare/report/markup.h"

namespace laq::model {
namespace {

std::string text_of(double value, const char* pattern) {
  char text[32];
  std::snprintf(text, sizeof text, pattern, value);
  return std::isfinite(value) ? text : "";
}

Measurements those_of(const Measurements& measurements, const std::string& place) {
  Measurements result;
  std::ranges::copy_if(measurements, std::back_inserter(result), [&](const auto& one) { return one.place == place; });
  return result;
}

}  // namespace

std::string weights_table(const Measurements& measurements) {
  const Measurements rows = those_of(measurements, "weights");
  const auto reference = std::ranges::find(rows, "Q4_0", &Measurement::name);
  std::string text =
      "| weights | bits | SNR, dB | divergence | beside Q4_0 | cross-entropy | divergence, calibration half |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Measurement& row : rows) {
    const double divergence = row.held_out.kullback_leibler;
    const double ratio = reference == rows.end() ? NAN : divergence / reference->held_out.kullback_leibler;
    text += "| " + row.name + " | " + text_of(row.bits, "%.3f") + " | " + text_of(row.snr, "%.2f") + " | " +
            text_of(divergence, "%.4f") + " | " + text_of(ratio, "%.3f") + " | " +
            text_of(row.held_out.cross_entropy_change, "%+.4f") + " | " +
            text_of(row.calibrated.kullback_leibler, "%.4f") + " |\n";
  }
  return text;
}

std::string vectors_table(const Measurements& measurements) {
  std::string title = "| vectors | bits |", rule = "|---|---|", rows;
  for (const char* place : kVectorPlaces) {
    title += std::string(" ") + place + " |";
    rule += "---|";
  }
  for (const Measurement& first : those_of(measurements, kVectorPlaces[0])) {
    rows += "| " + first.name + " | " + text_of(first.bits, "%.3f") + " |";
    for (const char* place : kVectorPlaces)
      for (const Measurement& row : those_of(measurements, place))
        if (row.name == first.name) rows += " " + text_of(row.held_out.kullback_leibler, "%.4f") + " |";
    rows += "\n";
  }
  return title + "\n" + rule + "\n" + rows;
}

std::string comma_separated(const Measurements& measurements) {
  std::string text =
      "place,family,format,bits,snr,divergence_held_out,cross_entropy_change_held_out,"
      "divergence_calibration,cross_entropy_change_calibration\n";
  for (const Measurement& row : measurements) {
    text += row.place + "," + row.family + "," + row.name + "," + text_of(row.bits, "%.4f") + "," +
            text_of(row.snr, "%.3f");
    for (const Divergence& half : {row.held_out, row.calibrated})
      text += "," + text_of(half.kullback_leibler, "%.5f") + "," + text_of(half.cross_entropy_change, "%.5f");
    text += "\n";
  }
  return text;
}

std::string chart(const Measurements& measurements, const std::string& place) {
  compare::Chart chart;
  chart.width = 760;
  chart.height = 440;
  chart.x_spacing = compare::Spacing::linear;
  chart.y_spacing = compare::Spacing::logarithmic;
  chart.x_title = "bits a number";
  chart.y_title = "divergence, bits a token: " + place;
  chart.description = chart.y_title + " over " + chart.x_title;
  for (const Measurement& row : those_of(measurements, place)) {
    if (row.family.empty()) continue;
    auto series = std::ranges::find(chart.series, row.family, &compare::ChartSeries::name);
    if (series == chart.series.end()) {
      chart.series.push_back({.codec = chart.series.size(), .name = row.family, .points = {}});
      series = chart.series.end() - 1;
    }
    series->points.push_back({row.bits, row.held_out.kullback_leibler, ""});
  }
  constexpr size_t kHues = 8, kMarkers = 5;
  std::vector<compare::Look> looks;
  for (size_t i = 0; i < chart.series.size(); ++i) looks.push_back({.hue = i % kHues, .marker = i % kMarkers});
  return compare::draw_standalone(chart, looks, compare::Scheme::paper);
}

}  // namespace laq::model
