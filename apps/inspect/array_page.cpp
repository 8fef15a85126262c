#include "inspect/array_page.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "compare/report/markup.h"
#include "compare/report/spectrum_chart.h"
#include "inspect/raster.h"
#include "inspect/slice.h"
#include "inspect/spectrum_figures.h"
#include "io/array/array_file.h"

namespace laq::command {
namespace {

using compare::decimals;

constexpr int kMostPixels = 1024;       // a side of a slice as it is drawn
constexpr uint64_t kMostPoints = 4096;  // of a curve
constexpr size_t kMostRows = 50;        // of the table of chunks

// With so many significant digits; very large and small values have an exponent.
std::string general_number(double value, int digits) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, digits).ptr;
  return {text.data(), end};
}

// What the figures are made of.
struct View {
  const ArrayTrace& trace;
  std::vector<uint64_t> shape;                   // of the array; one side of 1 if it has none, as it is one element
  std::vector<double> decoded, original, error;  // the last two are empty without an original
  bool has_errors = false;                       // a finite one that is not 0
  double error_scale = 0;                        // the bound on errors, or what most of them are within

  View(const ArrayTrace& the_trace, const Array& the_decoded, const Array* the_original)
      : trace(the_trace), shape(the_decoded.shape), decoded(io::to_doubles(the_decoded)) {
    if (shape.empty()) shape = {1};
    if (!the_original) return;
    original = io::to_doubles(*the_original);
    error.resize(decoded.size());
    for (size_t i = 0; i < error.size(); ++i) error[i] = decoded[i] - original[i];
    std::vector<double> sizes = error;
    for (double& size : sizes) size = std::abs(size);
    const double largest = percentile(sizes, 1), most = percentile(sizes, 0.995);
    has_errors = largest > 0;
    error_scale = trace.max_error > 0 ? trace.max_error : most > 0 ? most : largest;
  }

  const std::vector<double>& signal() const { return original.empty() ? decoded : original; }
};

std::string fidelity_text(const ArrayTrace& trace) {
  if (trace.max_error > 0) return "no error above " + general_number(trace.max_error, 4);
  if (trace.max_relative_error > 0)
    return "no error above " + general_number(100 * trace.max_relative_error, 4) + " % of the element";
  if (trace.step > 0) return "coefficients in steps of " + general_number(trace.step, 4);
  return "no loss";
}

std::string recipe_text(const TracedChunk& chunk) {
  std::string text;
  for (const TracedStep& step : chunk.recipe)
    text += (text.empty() ? "" : ", ") + std::string(step.name) + (step.is_exact ? " (exact)" : "");
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

double elements_of(const TracedChunk& chunk) {
  double elements = 1;
  for (const uint64_t side : chunk.box.size) elements *= static_cast<double>(side);
  return elements;
}

double bits_per_element(const TracedChunk& chunk) {
  return 8 * static_cast<double>(chunk.bytes) / elements_of(chunk);
}

// Small slices are drawn with large pixels.
Figure drawn(Figure figure) {
  constexpr uint64_t kLarge = 512;
  const int factor = enlarging_factor(std::max(figure.picture.width, figure.picture.height), kLarge);
  if (factor > 1) figure.picture = enlarged(figure.picture, factor);
  return figure;
}

FigureSection slice_section(const View& view, const Slice& slice) {
  FigureSection section{"Slice of " + slice.name(), {}, true};
  const auto raster_of = [&](const std::vector<double>& values) {
    return slice_values(values, view.shape, slice, kMostPixels);
  };
  const Raster signal = raster_of(view.signal());
  const double low = percentile(signal.values, 0.005), high = percentile(signal.values, 0.995);
  const MapScale scale{low, high, general_number(low, 4), general_number(high, 4)};
  if (!view.original.empty()) {
    section.figures.push_back(
        drawn(heat_map("original-" + slice.file_name(), "Original", "What was encoded.", signal, scale)));
  }
  section.figures.push_back(drawn(heat_map("decoded-" + slice.file_name(), "Decoded",
                                           "The elements as the file holds them.", raster_of(view.decoded), scale)));
  if (!view.has_errors) return section;
  const double reach = view.error_scale;
  const std::string end =
      view.trace.max_error > 0 ? "the bound, " + general_number(reach, 4) : general_number(reach, 4);
  section.figures.push_back(
      drawn(signed_map("error-" + slice.file_name(), "Error",
                       "Decoded less original. It looks like noise where all of the signal is coded; shapes in it are "
                       "what was dropped.",
                       raster_of(view.error), {-reach, reach, general_number(-reach, 4), end})));
  return section;
}

// A map that shows where the chunks lie in a slice and what they cost.
Figure chunk_map(const View& view, const Slice& slice) {
  Raster map(static_cast<int>(std::min<uint64_t>(view.shape[slice.across], kMostPixels)),
             static_cast<int>(std::min<uint64_t>(view.shape[slice.down], kMostPixels)));
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const TracedChunk& chunk : view.trace.chunks) {
    const auto& [begin, size] = chunk.box;
    bool is_cut = true;
    for (size_t axis = 0; axis < begin.size(); ++axis) {
      if (axis == slice.down || axis == slice.across) continue;
      is_cut = is_cut && begin[axis] <= slice.middle[axis] && slice.middle[axis] < begin[axis] + size[axis];
    }
    if (!is_cut) continue;
    const double bits = bits_per_element(chunk);
    low = std::min(low, bits);
    high = std::max(high, bits);
    const auto place = [&](size_t axis, uint64_t at, int pixels) {
      return static_cast<int>(at * static_cast<uint64_t>(pixels) / view.shape[axis]);
    };
    const int x0 = place(slice.across, begin[slice.across], map.width);
    const int x1 = place(slice.across, begin[slice.across] + size[slice.across], map.width);
    const int y1 = place(slice.down, begin[slice.down] + size[slice.down], map.height);
    for (int y = place(slice.down, begin[slice.down], map.height); y < y1; ++y)
      for (int x = x0; x < x1; ++x) map.at(x, y) = bits;
  }
  return drawn(
      heat_map("chunks-" + slice.file_name(), "Bits of chunks",
               "Bits an element of the chunks that the slice of " + slice.name() + " cuts; each is coded on its own.",
               map, {low, high, general_number(low, 3), general_number(high, 3) + " bits an element"}));
}

Figure recipe_table(const ArrayTrace& trace) {
  struct Total {
    size_t chunks = 0;
    double bytes = 0, elements = 0;
  };
  std::map<std::string, Total> totals;
  for (const TracedChunk& chunk : trace.chunks) {
    Total& total = totals[recipe_text(chunk)];
    ++total.chunks;
    total.bytes += static_cast<double>(chunk.bytes);
    total.elements += elements_of(chunk);
  }
  std::string rows;
  for (const auto& [recipe, total] : totals) {
    rows += "<tr><th scope=\"row\">" + compare::escape(recipe) + "</th><td>" + std::to_string(total.chunks) +
            "</td><td>" + decimals(total.bytes, 0) + "</td><td>" + decimals(8 * total.bytes / total.elements, 3) +
            "</td></tr>";
  }
  return {"", "Recipes", "The stages by which chunks are coded: maps that make a chunk simpler, then a coding.",
          "", {},        compare::table({"Recipe", "Chunks", "Bytes", "Bits an element"}, rows)};
}

Figure chunk_table(const ArrayTrace& trace) {
  std::string rows;
  const size_t count = std::min(trace.chunks.size(), kMostRows);
  for (size_t i = 0; i < count; ++i) {
    const TracedChunk& chunk = trace.chunks[i];
    std::string box;
    for (size_t axis = 0; axis < chunk.box.begin.size(); ++axis) {
      box += (axis ? ", " : "") + std::to_string(chunk.box.begin[axis]) + ":" +
             std::to_string(chunk.box.begin[axis] + chunk.box.size[axis]);
    }
    rows += "<tr><th scope=\"row\">" + box + "</th><td>" + std::to_string(chunk.bytes) + "</td><td>" +
            decimals(bits_per_element(chunk), 3) + "</td><td class=\"text\">" + compare::escape(recipe_text(chunk)) +
            "</td></tr>";
  }
  const bool is_cut = trace.chunks.size() > count;
  return {"",
          "Chunks",
          is_cut ? "The first " + std::to_string(count) + " of " + std::to_string(trace.chunks.size()) + " chunks."
                 : "Each is decoded on its own.",
          "",
          {},
          compare::table({"Elements", "Bytes", "Bits an element", "Recipe"}, rows)};
}

// Curves of the middle of the array's middle line. Errors have another scale, so they have a chart of their own.
FigureSection curve_section(const View& view) {
  FigureSection section{"Signal", {}};
  const size_t axis = line_axis(view.shape);
  const uint64_t side = view.shape[axis], count = std::min(side, kMostPoints), first = (side - count) / 2;
  const uint64_t lines = view.decoded.size() / side;
  const std::string range = "elements " + std::to_string(first) + " to " + std::to_string(first + count - 1) +
                            " of axis " + std::to_string(axis);
  const auto series_of = [&](const std::string& name, const std::vector<double>& values) {
    const std::vector<double> line = line_along(values, view.shape, axis, lines / 2);
    compare::ChartSeries series{.codec = look_of(name), .name = name, .points = {}, .has_marks = false};
    for (uint64_t i = 0; i < count; ++i) series.points.push_back({static_cast<double>(first + i), line[first + i], ""});
    std::erase_if(series.points, [](const compare::ChartPoint& point) { return !std::isfinite(point.y); });
    return series;
  };
  const auto add_chart = [&](const std::string& title, const std::string& shows, compare::Chart chart) {
    chart.description = title + ": " + shows;
    chart.width = 720;
    chart.height = 300;
    chart.x_spacing = compare::Spacing::linear;
    chart.x_title = "element";
    Figure figure{"", title, shows, "", {}, compare::draw(chart, looks_of_page())};
    if (!figure.markup.empty()) section.figures.push_back(std::move(figure));
  };
  compare::Chart signal;
  signal.y_title = "Value";
  if (!view.original.empty()) signal.series.push_back(series_of("original", view.original));
  signal.series.push_back(series_of("decoded", view.decoded));
  add_chart("Signal", "The middle of the middle line, " + range + ".", signal);
  if (!view.has_errors) return section;
  compare::Chart error;
  error.y_title = "Error";
  error.y_has_zero_line = true;
  error.series.push_back(series_of("error", view.error));
  add_chart("Error", "Decoded less original, " + range + "; " + fidelity_text(view.trace) + ".", error);
  return section;
}

// How errors are spread over what they may be.
Figure error_histogram(const View& view) {
  constexpr int kBins = 41;
  const double scale = view.error_scale;
  std::vector<double> counts(kBins);
  double all = 0;
  for (const double error : view.error) {
    if (!std::isfinite(error) || !(std::abs(error) <= scale * 1.0000001)) continue;
    ++counts[static_cast<size_t>(std::clamp<int>(static_cast<int>((error / scale + 1) / 2 * kBins), 0, kBins - 1))];
    ++all;
  }
  compare::ChartSeries series{.codec = look_of("error"), .name = "error", .points = {}, .has_marks = false};
  for (int i = 0; i < kBins; ++i)
    series.points.push_back({(2.0 * i + 1) / kBins - 1, 100 * counts[i] / std::max(all, 1.0), ""});
  compare::Chart chart;
  chart.description = "Histogram of errors";
  chart.width = 720;
  chart.height = 300;
  chart.x_spacing = compare::Spacing::linear;
  chart.y_has_zero_line = true;
  chart.names = compare::Names::none;
  chart.x_title = view.trace.max_error > 0 ? "Error / bound" : "Error / " + general_number(scale, 3);
  chart.y_title = "Elements, %";
  chart.series.push_back(std::move(series));
  return {
      "",
      "How large errors are",
      view.trace.max_error > 0
          ? "A quantizer whose step is twice the bound makes errors of all sizes up to it equally often; a peak at 0 "
            "is where elements were predicted exactly."
          : "The share of elements with each error.",
      "",
      {},
      compare::draw(chart, looks_of_page())};
}

FigureSection spectrum_section(const View& view) {
  const size_t axis = line_axis(view.shape);
  const auto of = [&](const std::vector<double>& values) {
    std::vector<spectrum::Point> points =
        spectrum::spectrum_of_lines(lines_along(values, view.shape, axis), view.shape[axis]);
    const double rate = view.trace.info.signal.sample_rate > 0 ? view.trace.info.signal.sample_rate : 1;
    for (spectrum::Point& point : points) point.frequency *= rate;
    return points;
  };
  std::vector<NamedSpectrum> spectra;
  if (!view.original.empty()) spectra.push_back({"original", of(view.original)});
  spectra.push_back({"decoded", of(view.decoded)});
  if (view.has_errors) spectra.push_back({"error", of(view.error)});
  NoiseLevel noise{"noise of the bound", view.trace.max_error * view.trace.max_error / 3};
  if (view.trace.step > 0) noise = {"noise of the step", view.trace.step * view.trace.step / 12};
  const std::string shows =
      "Power along axis " + std::to_string(axis) + ", the mean over lines. " +
      (view.trace.step > 0 ? "Reverse water-filling: the error stays at one level where the signal is above it, and is "
                             "the signal itself where it is below."
       : view.trace.max_error > 0 && view.has_errors
           ? "A bound on each element makes noise of about one level at all frequencies."
           : "");
  const bool is_timed = view.trace.info.signal.sample_rate > 0;
  return {"Spectrum", {spectrum_chart(shows, spectra, noise, is_timed ? "Hz" : "Cycles an element")}};
}

}  // namespace

Page array_page(const ArrayTrace& trace, const Array& decoded, const Array* original, size_t file_bytes) {
  const View view(trace, decoded, original);
  Page page;
  page.looks = looks_of_page();
  const double elements = static_cast<double>(view.decoded.size());
  page.summary = io::shape_name(trace.info.shape) + " elements of type " + io::type_name(trace.info.type) + " in " +
                 compare::byte_count(static_cast<double>(file_bytes));
  if (elements > 0)
    page.summary += ", " + general_number(8 * static_cast<double>(file_bytes) / elements, 3) + " bits an element";
  page.summary += ": " + fidelity_text(trace) + ", " + compare::counted(trace.chunks.size(), "chunk") + ".";
  if (!original) page.remarks.push_back("Without the original (--original) no error is shown.");
  if (original && original->type == decoded.type && original->data == decoded.data)
    page.remarks.push_back("Every element is as it was, so no error is shown.");
  if (view.decoded.empty()) {
    page.remarks.push_back("The array has no elements.");
    return page;
  }
  const std::vector<Slice> slices = slices_of(view.shape);
  for (const Slice& slice : slices) page.sections.push_back(slice_section(view, slice));
  if (slices.empty()) page.sections.push_back(curve_section(view));
  if (view.has_errors) page.sections.push_back({"Errors", {error_histogram(view)}});
  if (spectrum::is_available()) {
    page.sections.push_back(spectrum_section(view));
  } else {
    page.remarks.push_back(compare::kNoSpectra);
  }
  FigureSection chunks{"Chunks", {recipe_table(trace)}};
  if (trace.chunks.size() > 1) {
    if (trace.coded_shape == view.shape) {
      for (const Slice& slice : slices) chunks.figures.push_back(chunk_map(view, slice));
    }
    chunks.figures.push_back(chunk_table(trace));
  }
  page.sections.push_back(std::move(chunks));
  return page;
}

}  // namespace laq::command
