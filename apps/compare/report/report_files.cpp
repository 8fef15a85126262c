// The files of a report: texts, and charts as SVG, or as PNG by librsvg.
#ifdef LAQ_HAVE_RSVG
#include <librsvg/rsvg.h>
#endif

#include <algorithm>
#include <cmath>

#include "compare/codecs/codec_families.h"
#include "compare/measure/journal.h"
#include "compare/report/report.h"
#include "compare/report/result_charts.h"

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

#ifdef LAQ_HAVE_RSVG

static Error cannot_draw(GError* error) {
  const Handle<GError, g_error_free> owned(error);
  return {ErrorCode::invalid_argument,
          std::string("the chart cannot be drawn: ") + (owned ? owned->message : "no SVG")};
}

std::optional<Error> svg_to_png(const std::string& svg, int width, const std::string& file) {
  if (width < 1 || width > 16384)
    return Error{ErrorCode::invalid_argument, "a chart is 1 to 16384 pixels wide, not " + std::to_string(width)};
  GError* error = nullptr;
  const Handle<RsvgHandle, g_object_unref> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) return cannot_draw(error);
  double own_width = 0, own_height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &own_width, &own_height) || own_width <= 0)
    return cannot_draw(nullptr);
  const int height = std::max(1, static_cast<int>(std::lround(width * own_height / own_width)));
  const Handle<cairo_surface_t, cairo_surface_destroy> surface(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
  const Handle<cairo_t, cairo_destroy> context(cairo_create(surface.get()));
  const RsvgRectangle whole = {0, 0, static_cast<double>(width), static_cast<double>(height)};
  if (!rsvg_handle_render_document(handle.get(), context.get(), &whole, &error)) return cannot_draw(error);
  const cairo_status_t status = cairo_surface_write_to_png(surface.get(), file.c_str());
  if (status != CAIRO_STATUS_SUCCESS)
    return Error{ErrorCode::invalid_argument, file + " cannot be written: " + cairo_status_to_string(status)};
  return {};
}

#else

std::optional<Error> svg_to_png(const std::string&, int, const std::string& file) {
  return Error{ErrorCode::unsupported, file +
                                           " cannot be made: this build has no librsvg (Debian: librsvg2-dev); the "
                                           "same chart can be written as SVG"};
}

#endif

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
  int histograms = 0, spectra_count = 0;
  for (const Image& image : results.images) {
    if (const ErrorHistogram* histogram = find_histogram(results, image.name)) {
      const std::string path = folder + "/errors-" + std::to_string(++histograms);
      if (auto error = write_chart(path, histogram_chart_svg(results, *histogram), formats)) return error;
    }
    if (const Spectra* spectra = find_spectra(results, image.name)) {
      const std::string path = folder + "/spectra-" + std::to_string(++spectra_count);
      if (auto error = write_chart(path, spectra_chart_svg(results, *spectra), formats)) return error;
    }
  }
  int tensors = 0;
  for (const ComparedTensors& compared : results.tensors) {
    for (const ComparedTensor& tensor : compared.tensors) {
      if (tensor.values.empty()) continue;
      const std::string path = folder + "/tensor-" + std::to_string(++tensors);
      if (auto error = write_chart(path, values_chart_svg(results, tensor), formats)) return error;
    }
  }
  return std::nullopt;
}

}  // namespace laq::compare
