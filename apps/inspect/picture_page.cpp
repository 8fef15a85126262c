#include "inspect/picture_page.h"

#include <algorithm>
#include <cmath>

#include "compare/measure/luma.h"
#include "compare/report/markup.h"
#include "compare/report/spectrum_chart.h"
#include "inspect/block_maps.h"
#include "inspect/raster.h"
#include "inspect/spectrum_figures.h"

namespace laq::command {
namespace {

using compare::decimals;
using compare::significant;

Raster luma_of(const Picture& picture) {
  Raster luma;
  luma.width = static_cast<int>(picture.width);
  luma.height = static_cast<int>(picture.height);
  luma.values = compare::luma_of(picture);
  return luma;
}

Figure decoded_figure(const MappedPicture& view) {
  std::string shows = "The picture as the file holds it";
  if (view.factor > 1) shows += ", and all maps, smaller by a factor of " + std::to_string(view.factor);
  if (view.trace.picture.metadata.orientation != 1) shows += "; not turned upright";
  return {"decoded", "Decoded picture", shows + ".", "", decoded_on_grid(view), ""};
}

// log2 of the variance of 8x8 blocks of luma.
Figure variance_figure(const MappedPicture& view, const Raster& luma) {
  constexpr int kSide = 8;
  constexpr double kFloor = 1.0 / 16;  // variance of levels of 8 bits, about that of rounding
  Raster map(luma.width, luma.height);
  for (int top = 0; top < luma.height; top += kSide) {
    for (int left = 0; left < luma.width; left += kSide) {
      const int bottom = std::min(top + kSide, luma.height), right = std::min(left + kSide, luma.width);
      double sum = 0, squares = 0, count = 0;
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x, ++count) {
          sum += luma.at(x, y);
          squares += luma.at(x, y) * luma.at(x, y);
        }
      }
      const double variance = std::max(0.0, squares / count - sum * sum / (count * count));
      for (int y = top; y < bottom; ++y) std::fill_n(&map.at(left, y), right - left, std::log2(variance + kFloor));
    }
  }
  const double low = percentile(map.values, 0.01), high = percentile(map.values, 0.99);
  const auto deviation = [](double octaves) { return significant(std::exp2(octaves / 2), 2); };
  return heat_map("variance", "Local variance",
                  "How much the decoded luma varies within 8x8 samples, as a standard deviation. Errors are hidden "
                  "where it is large, and the steps follow it.",
                  shrunk(map, view.factor, view.factor), {low, high, deviation(low), deviation(high) + " levels"});
}

Figure parts_figure(const PictureTrace& trace) {
  double most = 0, total = 0;
  for (const TracedPart& part : trace.parts) {
    most = std::max(most, part.bits);
    total += part.bits;
  }
  std::string rows;
  for (const TracedPart& part : trace.parts) {
    if (part.bits <= 0) continue;
    rows +=
        "<tr><th scope=\"row\">" + compare::escape(part.name) + "</th><td>" + decimals(part.bits / 8, 0) + "</td><td>" +
        decimals(100 * part.bits / total, 1) +
        " %</td><td class=\"bar\"><span class=\"share\" style=\"width:" + compare::coordinate(100 * part.bits / most) +
        "%\"></span></td></tr>";
  }
  return {"",
          "Where the bits go",
          "What each part of the syntax costs.",
          "",
          {},
          compare::table({"Part", "Bytes", "Share", ""}, rows)};
}

Figure error_figure(const MappedPicture& view, const Raster& error) {
  std::vector<double> sizes = error.values;
  for (double& size : sizes) size = std::abs(size);
  const double reach = std::max(1.0, std::ceil(percentile(sizes, 0.995))), most = percentile(sizes, 1);
  double squares = 0;
  for (const double size : sizes) squares += size * size;
  return signed_map("error", "Error",
                    "Decoded less original luma, amplified: red is brighter than the original, blue darker. Root mean "
                    "square " +
                        significant(std::sqrt(squares / static_cast<double>(sizes.size())), 3) + ", largest " +
                        significant(most, 3) + " levels of 8 bits.",
                    shrunk(error, view.factor, view.factor),
                    {-reach, reach, decimals(-reach, 0), "+" + decimals(reach, 0) + " levels"});
}

FigureSection spectrum_section(const MappedPicture& view, const Raster& decoded, const Raster* original,
                               const Raster* error) {
  FigureSection section{"Spectra", {}};
  const auto of = [](const Raster& raster) {
    return spectrum::spectrum_of_area(raster.values, raster.height, raster.width);
  };
  const spectrum::AreaSpectrum area = of(original ? *original : decoded);
  const double low = decibels_at(area, 0.01), high = decibels_at(area, 0.999);
  const NoiseLevel noise{"noise of the base step", std::pow(double{view.trace.base_step}, 2) / 12};
  const std::string unit = "Cycles a pixel";
  constexpr const char* kPlaces = "Low frequencies are in the middle, those of vertical edges to its left and right.";
  if (!original) {
    section.figures.push_back(spectrum_chart(
        "The power of decoded luma over its frequency. Where it lies far below the noise of the base step, the encoder "
        "has dropped what the original had; the original would show the error too.",
        {{"decoded", radial_mean(area)}}, noise, unit));
    section.figures.push_back(area_spectrum_map("spectrum-decoded", "Spectrum, decoded", kPlaces, area, low, high));
    return section;
  }
  const spectrum::AreaSpectrum of_error = of(*error);
  section.figures.push_back(spectrum_chart(
      "Reverse water-filling: where the original's power is above the level of the water, the error stays at this "
      "level, about the noise of the steps; where it is below, nothing is coded, and the error is the original itself.",
      {{"original", radial_mean(area)}, {"decoded", radial_mean(of(decoded))}, {"error", radial_mean(of_error)}}, noise,
      unit));
  section.figures.push_back(area_spectrum_map("spectrum-original", "Spectrum, original", kPlaces, area, low, high));
  section.figures.push_back(area_spectrum_map(
      "spectrum-error", "Spectrum, error",
      "The power of the error, on the same scale: a plain of even height, and less where there is nothing to lose.",
      of_error, low, high));
  return section;
}

std::string summary_of(const PictureTrace& trace, const Info& info) {
  const double pixels = double{1} * info.width * info.height;
  size_t blocks = trace.blocks.size();
  return std::to_string(info.width) + "×" + std::to_string(info.height) + " pixels in " +
         compare::byte_count(static_cast<double>(trace.payload_bytes)) + ", " +
         significant(8 * static_cast<double>(trace.payload_bytes) / pixels, 3) + " bits a pixel, quality " +
         compare::attribute(double{info.quality}) + ": " + compare::counted(blocks, "block") + ".";
}

}  // namespace

Page picture_page(const PictureTrace& trace, const Info& info, const Picture* original) {
  const MappedPicture view(trace);
  const Raster decoded = luma_of(trace.picture);
  Page page;
  page.summary = summary_of(trace, info);
  page.looks = looks_of_page();
  if (!original) page.remarks.push_back("Without the original (--original) no error is shown.");
  if (info.channels % 2 == 0)
    page.remarks.push_back("Alpha has a partition of its own, which is not drawn; its bits are in the map of bits.");
  page.sections.push_back({"Decisions",
                           {decoded_figure(view), partition_figure(view), mode_figure(view), transform_figure(view),
                            step_figure(view), variance_figure(view, decoded)}});
  if (auto filter = filter_figure(view)) page.sections.back().figures.push_back(std::move(*filter));
  page.sections.push_back({"Bits", {bits_figure(view), parts_figure(trace)}});
  Raster reference, error;
  if (original) {
    reference = luma_of(*original);
    error = decoded;
    for (size_t i = 0; i < error.values.size(); ++i) error.values[i] -= reference.values[i];
    page.sections.push_back({"Error", {error_figure(view, error)}});
  }
  if (spectrum::is_available()) {
    page.sections.push_back(
        spectrum_section(view, decoded, original ? &reference : nullptr, original ? &error : nullptr));
  } else {
    page.remarks.push_back(compare::kNoSpectra);
  }
  return page;
}

}  // namespace laq::command
