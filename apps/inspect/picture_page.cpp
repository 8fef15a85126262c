#include "inspect/picture_page.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compare/measure/luma.h"
#include "compare/report/markup.h"
#include "compare/report/spectrum_chart.h"
#include "inspect/raster.h"
#include "inspect/spectrum_figures.h"
#include "io/picture/convert.h"

namespace laq::command {
namespace {

using compare::decimals;
using compare::significant;

constexpr int kMostPixels = 1600;  // of the longer side of a map
constexpr Colour kLine{255, 176, 0}, kTileLine{0, 200, 255};

// What the figures are made of.
struct View {
  const PictureTrace& trace;
  const Picture* original;
  int factor;  // by which maps are smaller than the picture

  View(const PictureTrace& the_trace, const Picture* the_original)
      : trace(the_trace),
        original(the_original),
        factor(shrinking_factor(std::max(the_trace.picture.width, the_trace.picture.height), kMostPixels)) {}

  int width() const { return static_cast<int>(trace.picture.width); }
  int height() const { return static_cast<int>(trace.picture.height); }
  int map_width() const { return (width() + factor - 1) / factor; }
  int map_height() const { return (height() + factor - 1) / factor; }
};

Raster luma_of(const Picture& picture) {
  Raster luma;
  luma.width = static_cast<int>(picture.width);
  luma.height = static_cast<int>(picture.height);
  luma.values = compare::luma_of(picture);
  return luma;
}

// The picture in RGB of 8 bits without alpha, on the grid of the maps.
Picture shown(const Picture& picture, const View& view) {
  const Picture colour = io::with_colour(io::with_depth(picture, 8));
  Picture small = blank_picture(view.map_width(), view.map_height());
  const int factor = view.factor;
  for (int y = 0; y < view.map_height(); ++y) {
    for (int x = 0; x < view.map_width(); ++x) {
      std::array<int, 3> sums{};
      int count = 0;
      for (int v = y * factor; v < std::min((y + 1) * factor, view.height()); ++v) {
        for (int u = x * factor; u < std::min((x + 1) * factor, view.width()); ++u, ++count) {
          const size_t first = (static_cast<size_t>(v) * colour.width + u) * colour.channels;
          for (size_t c = 0; c < 3; ++c) sums[c] += std::to_integer<int>(colour.samples[first + c]);
        }
      }
      const auto mean = [&](int sum) { return static_cast<uint8_t>((sum + count / 2) / count); };
      set_pixel(small, x, y, {mean(sums[0]), mean(sums[1]), mean(sums[2])});
    }
  }
  return small;
}

// Calls use(x, y) for the pixels of the picture that a block covers.
template <class Use>
void for_each_pixel(const TracedBlock& block, const View& view, Use&& use) {
  const int x1 = std::min(static_cast<int>(block.x) + block.width, view.width());
  const int y1 = std::min(static_cast<int>(block.y) + block.height, view.height());
  for (int y = static_cast<int>(block.y); y < y1; ++y) {
    for (int x = static_cast<int>(block.x); x < x1; ++x) use(x, y);
  }
}

// The means of value(block) over the pixels of the map. Blocks for which it is 0 change nothing, so the groups of
// planes add up.
template <class Value>
Raster map_of_blocks(const View& view, Value&& value) {
  Raster sums(view.map_width(), view.map_height());
  for (const TracedBlock& block : view.trace.blocks) {
    const double number = value(block);
    if (number == 0) continue;
    for_each_pixel(block, view, [&](int x, int y) { sums.at(x / view.factor, y / view.factor) += number; });
  }
  for (int y = 0; y < sums.height; ++y) {
    const int rows = std::min(view.factor, view.height() - y * view.factor);
    for (int x = 0; x < sums.width; ++x) sums.at(x, y) /= rows * std::min(view.factor, view.width() - x * view.factor);
  }
  return sums;
}

// A map of one colour a block of the first group.
template <class ColourOf>
Picture colours_of_blocks(const View& view, ColourOf&& colour_of) {
  Picture map = blank_picture(view.map_width(), view.map_height());
  for (const TracedBlock& block : view.trace.blocks) {
    if (block.group > 0) continue;
    const Colour colour = colour_of(block);
    for_each_pixel(block, view, [&](int x, int y) { set_pixel(map, x / view.factor, y / view.factor, colour); });
  }
  return map;
}

Figure decoded_figure(const View& view) {
  std::string shows = "The picture as the file holds it";
  if (view.factor > 1) shows += ", and all maps, smaller by a factor of " + std::to_string(view.factor);
  if (view.trace.picture.metadata.orientation != 1) shows += "; not turned upright";
  return {"decoded", "Decoded picture", shows + ".", "", shown(view.trace.picture, view), ""};
}

void draw_line(Picture& picture, int x, int y, int length, bool is_vertical, const Colour& colour) {
  for (int i = 0; i < length; ++i, is_vertical ? ++y : ++x) {
    if (x < 0 || y < 0 || x >= static_cast<int>(picture.width) || y >= static_cast<int>(picture.height)) return;
    set_pixel(picture, x, y, mixed(pixel_of(picture, x, y), colour, 0.75));
  }
}

Figure partition_figure(const View& view) {
  const int larger = view.factor > 1 ? 1 : enlarging_factor(std::max(view.width(), view.height()), kMostPixels);
  Picture picture = enlarged(shown(view.trace.picture, view), larger);
  const auto place = [&](uint32_t sample) { return static_cast<int>(sample) * larger / view.factor; };
  size_t blocks = 0;
  for (const TracedBlock& block : view.trace.blocks) {
    if (block.group > 0) continue;
    ++blocks;
    const bool begins_column = block.x % view.trace.tile_width == 0, begins_row = block.y % view.trace.tile_height == 0;
    if (block.x > 0)
      draw_line(picture, place(block.x), place(block.y), place(block.height), true, begins_column ? kTileLine : kLine);
    if (block.y > 0)
      draw_line(picture, place(block.x), place(block.y), place(block.width), false, begins_row ? kTileLine : kLine);
  }
  return {"partition",
          "Partition",
          "The " + std::to_string(blocks) +
              " blocks that are predicted and transformed as a whole: large where it is calm, small and narrow along "
              "edges.",
          colour_key({{css(kLine), "edge of a block"}, {css(kTileLine), "edge of a tile"}}),
          std::move(picture),
          ""};
}

// A hue for each direction, so that lines of one slope have one colour. angle: -45 .. 135 degrees.
Colour direction_colour(double angle) {
  constexpr std::array<Colour, 6> kHues = {
      {{214, 90, 80}, {205, 170, 60}, {90, 170, 80}, {70, 170, 180}, {80, 110, 200}, {170, 95, 185}}};
  const double place = (angle + 45) / 180 * kHues.size();
  const auto index = static_cast<size_t>(place);
  return mixed(kHues[index % kHues.size()], kHues[(index + 1) % kHues.size()], place - std::floor(place));
}

Colour mode_colour(const TracedBlock& block) {
  constexpr std::array<Colour, kBlockModes> kColours = {{{92, 92, 92},
                                                         {190, 190, 190},
                                                         {222, 222, 222},
                                                         {160, 160, 160},
                                                         {120, 84, 50},
                                                         {},
                                                         {20, 20, 20},
                                                         {255, 255, 255}}};
  return block.mode == BlockMode::directional ? direction_colour(double{block.angle})
                                              : kColours[static_cast<size_t>(block.mode)];
}

Figure mode_figure(const View& view) {
  std::array<size_t, kBlockModes> counts{};
  for (const TracedBlock& block : view.trace.blocks) counts[static_cast<size_t>(block.mode)] += block.group == 0;
  std::vector<KeyColour> key;
  for (int i = 0; i < kBlockModes; ++i) {
    TracedBlock sample;
    sample.mode = static_cast<BlockMode>(i);
    if (counts[i] == 0 || sample.mode == BlockMode::directional) continue;
    key.push_back({css(mode_colour(sample)), name_of(sample.mode)});
  }
  if (counts[static_cast<size_t>(BlockMode::directional)] > 0) {
    for (const auto& [angle, name] : {std::pair{-45.0, "from lower left or upper right"},
                                      {0.0, "from the left"},
                                      {45.0, "from upper left"},
                                      {90.0, "from above"}})
      key.push_back({css(direction_colour(angle)), name});
  }
  return {"mode",
          "Modes of prediction",
          "What each block's luma is predicted from before anything else is coded: its neighbours along a direction, "
          "blended, or as they are; samples that it copies; or a palette.",
          colour_key(key),
          colours_of_blocks(view, mode_colour),
          ""};
}

constexpr std::array<const char*, 4> kTransforms = {"only predicted", "DCT-II", "DST-VII one way", "DST-VII both ways"};
constexpr std::array<Colour, 4> kTransformColours = {{{40, 40, 48}, {90, 130, 190}, {230, 180, 70}, {205, 90, 60}}};

Figure transform_figure(const View& view) {
  const auto number_of = [](const TracedBlock& block) {
    return block.coded_planes & 1 ? 1 + block.has_horizontal_sine + block.has_vertical_sine : 0;
  };
  std::vector<KeyColour> key;
  for (size_t i = 0; i < kTransforms.size(); ++i) key.push_back({css(kTransformColours[i]), kTransforms[i]});
  return {"transform",
          "Transforms",
          "How the rest of each block's luma is transformed. Where it is only predicted, the stream holds no "
          "coefficient.",
          colour_key(key),
          colours_of_blocks(view, [&](const TracedBlock& block) { return kTransformColours[number_of(block)]; }),
          ""};
}

Figure step_figure(const View& view) {
  const double base = double{view.trace.base_step};
  double reach = 0;
  const auto octaves = [base](const TracedBlock& block) {
    return block.group == 0 ? std::log2(double{block.step} / base) : 0.0;
  };
  for (const TracedBlock& block : view.trace.blocks) reach = std::max(reach, std::abs(octaves(block)));
  const std::string title = "Quantization steps";
  if (reach == 0) reach = 0.25;
  return signed_map(
      "step", title,
      "The steps by which luma is rounded, against the base step of " + significant(base, 3) +
          " levels of 8 bits: red where the encoder expects that eyes see less, blue where they see more.",
      map_of_blocks(view, octaves),
      {-reach, reach, significant(base * std::exp2(-reach), 3) + " levels",
       significant(base * std::exp2(reach), 3) + " levels"});
}

Figure bits_figure(const View& view) {
  const Raster bits = map_of_blocks(
      view, [](const TracedBlock& block) { return double{block.bits} / (double{1} * block.width * block.height); });
  const double most = std::max(percentile(bits.values, 0.99), 1e-3);
  return heat_map("bits", "Bits",
                  "What the stream spends where, in bits a pixel. The range ends where 99 % of the pixels do.", bits,
                  {0, most, "0", significant(most, 2) + " bits a pixel"});
}

// log2 of the variance of 8x8 blocks of luma.
Figure variance_figure(const View& view, const Raster& luma) {
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

// Nothing if no block is filtered along edges.
std::optional<Figure> filter_figure(const View& view) {
  constexpr int kMost = 15;
  const Raster strength = map_of_blocks(
      view, [](const TracedBlock& block) { return block.group == 0 ? double{1} * block.directional_filter : 0.0; });
  if (*std::max_element(strength.values.begin(), strength.values.end()) == 0) return std::nullopt;
  return heat_map("filter", "Filter along edges",
                  "The strength by which ringing is taken away beside edges, in sixteenths of the step. Deblocking, of "
                  "strength " +
                      std::to_string(view.trace.deblocking[0]) + " of 7 for luma, acts on all edges of blocks.",
                  strength, {0, kMost, "0", std::to_string(kMost)});
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

Figure error_figure(const View& view, const Raster& error) {
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

FigureSection spectrum_section(const View& view, const Raster& decoded, const Raster* original, const Raster* error) {
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
  const View view(trace, original);
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
