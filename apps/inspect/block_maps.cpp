#include "inspect/block_maps.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compare/report/markup.h"
#include "inspect/raster.h"
#include "io/picture/convert.h"

namespace laq::command {
namespace {

using compare::significant;

constexpr int kMostPixels = 1600;  // of the longer side of a map
constexpr Colour kLine{255, 176, 0}, kTileLine{0, 200, 255};

// Calls use(x, y) for the pixels of the picture that a block covers.
template <class Use>
void for_each_pixel(const TracedBlock& block, const MappedPicture& view, Use&& use) {
  const int x1 = std::min(static_cast<int>(block.x) + block.width, view.width());
  const int y1 = std::min(static_cast<int>(block.y) + block.height, view.height());
  for (int y = static_cast<int>(block.y); y < y1; ++y) {
    for (int x = static_cast<int>(block.x); x < x1; ++x) use(x, y);
  }
}

// The means of value(block) over the pixels of the map. Blocks for which it is 0 change nothing, so the groups of
// planes add up.
template <class Value>
Raster map_of_blocks(const MappedPicture& view, Value&& value) {
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
Picture colours_of_blocks(const MappedPicture& view, ColourOf&& colour_of) {
  Picture map = blank_picture(view.map_width(), view.map_height());
  for (const TracedBlock& block : view.trace.blocks) {
    if (block.group > 0) continue;
    const Colour colour = colour_of(block);
    for_each_pixel(block, view, [&](int x, int y) { set_pixel(map, x / view.factor, y / view.factor, colour); });
  }
  return map;
}

void draw_line(Picture& picture, int x, int y, int length, bool is_vertical, const Colour& colour) {
  for (int i = 0; i < length; ++i, is_vertical ? ++y : ++x) {
    if (x < 0 || y < 0 || x >= static_cast<int>(picture.width) || y >= static_cast<int>(picture.height)) return;
    set_pixel(picture, x, y, mixed(pixel_of(picture, x, y), colour, 0.75));
  }
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

constexpr std::array<const char*, 4> kTransforms = {"only predicted", "DCT-II", "DST-VII one way", "DST-VII both ways"};
constexpr std::array<Colour, 4> kTransformColours = {{{40, 40, 48}, {90, 130, 190}, {230, 180, 70}, {205, 90, 60}}};

}  // namespace

MappedPicture::MappedPicture(const PictureTrace& the_trace)
    : trace(the_trace),
      factor(shrinking_factor(std::max(the_trace.picture.width, the_trace.picture.height), kMostPixels)) {}

Picture decoded_on_grid(const MappedPicture& view) {
  const Picture colour = io::with_colour(io::with_depth(view.trace.picture, 8));
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

Figure partition_figure(const MappedPicture& view) {
  const int larger = view.factor > 1 ? 1 : enlarging_factor(std::max(view.width(), view.height()), kMostPixels);
  Picture picture = enlarged(decoded_on_grid(view), larger);
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

Figure mode_figure(const MappedPicture& view) {
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

Figure transform_figure(const MappedPicture& view) {
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

Figure step_figure(const MappedPicture& view) {
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

Figure bits_figure(const MappedPicture& view) {
  const Raster bits = map_of_blocks(
      view, [](const TracedBlock& block) { return double{block.bits} / (double{1} * block.width * block.height); });
  const double most = std::max(percentile(bits.values, 0.99), 1e-3);
  return heat_map("bits", "Bits",
                  "What the stream spends where, in bits a pixel. The range ends where 99 % of the pixels do.", bits,
                  {0, most, "0", significant(most, 2) + " bits a pixel"});
}

std::optional<Figure> filter_figure(const MappedPicture& view) {
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

}  // namespace laq::command
