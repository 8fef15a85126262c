#include "compare/report/report_files.h"

#include "compare/measure/journal.h"
#include "compare/report/rasterize.h"
#include "compare/report/rate_charts.h"
#include "compare/report/report.h"
#include "compare/report/series_chart.h"
#include "compare/report/summary.h"

namespace laq::compare {
namespace {

constexpr int kPngWidth = 1600;

// `path` has no extension. An empty chart, of which nothing was measured, makes no file.
std::optional<Error> write_chart(const std::string& path, const std::string& svg, const ChartFormats& formats) {
  if (svg.empty()) return std::nullopt;
  if (formats.svg) {
    if (auto error = write_text(path + ".svg", svg)) return error;
  }
  if (formats.png) return svg_to_png(svg, kPngWidth, path + ".png");
  return std::nullopt;
}

}  // namespace

std::optional<Error> write_report(const std::string& folder, const Results& results, const ChartFormats& formats) {
  if (auto error = write_text(folder + "/summary.json", summary_json(results))) return error;
  if (auto error = write_text(folder + "/report.html", report_html(results))) return error;
  for (const Metric& metric : metrics_of(results.kind)) {
    if (auto error = write_chart(folder + "/" + metric.column, rate_chart_svg(results, metric), formats)) return error;
  }
  for (size_t i = 0; i < results.series.size(); ++i) {
    const std::string path = folder + "/series-" + std::to_string(i + 1);
    if (auto error = write_chart(path, series_chart_svg(results, results.series[i]), formats)) return error;
  }
  return std::nullopt;
}

}  // namespace laq::compare
