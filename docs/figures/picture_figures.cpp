// Figures of docs/how-it-works.md that show how a picture is coded.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <laq/inspect.hpp>
#include <laq/laq.hpp>

#include "container/container.h"
#include "figures.h"
#include "picture/colour.h"
#include "picture/reconstruct/border.h"
#include "picture/reconstruct/tile_decoder.h"
#include "picture/syntax/payload.h"
#include "picture/tile.h"
#include "quantize/dequantize.h"
#include "svg.h"
#include "transform/block_transform.h"
#include "variance/local_variance.h"

namespace figures {
namespace {

using namespace laq;
using namespace laq::picture;

// A binary PPM of 8 bits; no samples if it is something else.
laq::Picture read_ppm(const std::string& name) {
  laq::Picture picture;
  std::ifstream in(name, std::ios::binary);
  std::string mark;
  int most = 0;
  if (!(in >> mark >> picture.width >> picture.height >> most) || mark != "P6" || most != 255) return {};
  in.get();
  picture.samples.resize(picture.height * picture.row_bytes());
  in.read(reinterpret_cast<char*>(picture.samples.data()), static_cast<std::streamsize>(picture.samples.size()));
  return picture;
}

// A picture of one tile, decoded as far as to the loop filter.
struct Decoded {
  CodedPicture coded;
  std::vector<Plane<uint16_t>> source;
  laq::Picture unfiltered;
  PictureTrace trace;
};

std::optional<Decoded> encode_and_decode(const laq::Picture& picture, float quality) {
  EncodeOptions options;
  options.quality = quality;
  const auto file = encode(picture.view(), options);
  if (!file) return std::nullopt;
  const auto sections = read_container(*file);
  const auto payload = read_payload(sections->back().bytes);
  auto trace = trace_picture(*file);
  if (!payload || !trace || payload->tiles.size() != 1) return std::nullopt;
  Decoded result{CodedPicture(payload->header), to_planes(picture.view(), payload->header, 1), {}, std::move(*trace)};
  SymbolReader reader(payload->tiles[0]);
  if (!TileDecoder(result.coded.tile_state(0, 0), reader).decode()) return std::nullopt;
  result.unfiltered = from_planes(result.coded.planes, payload->header, 1);
  return result;
}

double luma_at(const laq::Picture& picture, int x, int y) {
  const auto* const rgb = reinterpret_cast<const uint8_t*>(picture.samples.data()) + y * picture.row_bytes() + 3 * x;
  return (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255;
}

// The estimate and what follows from it.
bool draw_activity(const Decoded& picture, const std::string& folder) {
  const Plane<int16_t> activity = local_activity(picture.source[0].view(), picture.coded.header.coding_depth());
  const CellMap& cells = picture.coded.cells[0];
  const int base = picture.coded.header.base_step_index;
  Svg svg(800, 370);
  svg.label(20, 24, "local activity of 8x8 cells, log2(variance + 32)");
  svg.raster(20, 34, activity.width(), activity.height(), 11.5, 4,
             [&](int x, int y) { return heat((activity.row(y)[x] - 80) / 100.0); });
  svg.label(412, 24, "step of 16x16 cells: blue is finer, red coarser");
  svg.raster(412, 34, activity.width() / 2, activity.height() / 2, 23, 8,
             [&](int x, int y) { return signed_heat((cells.row(4 * y)[4 * x].step_index - base) / 16.0); });
  for (int i = 0; i < 100; ++i) {
    const Colour left = heat(i / 100.0), right = signed_heat(i / 50.0 - 1);
    const auto name = [](const Colour& c) {
      return "rgb(" + std::to_string(c.red) + "," + std::to_string(c.green) + "," + std::to_string(c.blue) + ")";
    };
    svg.rectangle(70 + 2 * i, 325, 2.2, 12, name(left));
    svg.rectangle(480 + 2 * i, 325, 2.2, 12, name(right));
  }
  svg.label(62, 336, "5", 12, "end");
  svg.label(276, 336, "11.2 octaves (busy)", 12);
  svg.label(472, 336, "-1", 12, "end");
  svg.label(686, 336, "+1 octave", 12);
  return svg.save(folder + "/picture-activity.svg");
}

bool draw_partition(const Decoded& picture, const std::string& folder) {
  const laq::Picture& decoded = picture.trace.picture;
  constexpr double kScale = 3;
  Svg svg(808, 630);
  svg.label(20, 24, "blocks over the picture: large where it is calm, small and narrow along edges");
  const int columns = static_cast<int>(decoded.width), rows = static_cast<int>(decoded.height);
  svg.raster(20, 34, columns, rows, kScale, 1, [&](int x, int y) {
    const double value = luma_at(decoded, x, y);
    return gray(std::round(value * 24) / 24);  // few shades make a small file
  });
  std::string path;
  for (const TracedBlock& block : picture.trace.blocks) {
    path += "M" + Svg::number(20 + kScale * block.x) + " " + Svg::number(34 + kScale * (block.y + block.height)) + "v" +
            Svg::number(-kScale * block.height) + "h" + Svg::number(kScale * block.width);
  }
  svg.path(path, "#ffb000", 1);
  return svg.save(folder + "/picture-partition.svg");
}

// A block of 16x16 samples whose mode needs nothing but the row above and the column to the left: the one of most
// contrast, away from the border.
std::optional<std::array<int, 2>> block_to_show(const Decoded& picture) {
  const CellMap& cells = picture.coded.cells[0];
  std::optional<std::array<int, 2>> best;
  double most = 0;
  for (int y = 4; y + 4 < cells.height(); y += 4) {
    for (int x = 4; x + 4 < cells.width(); x += 4) {
      const Cell& cell = cells.row(y)[x];
      if (cell.log2_width != 4 || cell.log2_height != 4 || !(cell.coded_planes & 1)) continue;
      if (cell.mode <= kHorizontalMode || cell.mode >= kVerticalMode) continue;
      double sum = 0, squares = 0;
      for (int i = 0; i < 256; ++i) {
        const double value = picture.source[0].row(4 * y + i / 16)[4 * x + i % 16];
        sum += value;
        squares += value * value;
      }
      const double variance = squares / 256 - sum * sum / 65536;
      if (variance <= most) continue;
      most = variance;
      best = {4 * x, 4 * y};
    }
  }
  return best;
}

void draw_samples(Svg& svg, double x, const std::string& name, const std::function<Colour(int, int)>& pixel) {
  svg.label(x, 24, name);
  svg.raster(x, 34, 16, 16, 11, 11, pixel);
}

bool draw_block(const Decoded& picture, const std::string& folder) {
  const auto place = block_to_show(picture);
  if (!place) return false;
  const int x0 = (*place)[0], y0 = (*place)[1];
  const CodedPicture& coded = picture.coded;
  const Cell& cell = coded.cells[0].row(y0 / 4)[x0 / 4];
  constexpr BlockShape kShape = BlockShape::square(4);
  constexpr int kSide = kShape.width();
  std::array<uint16_t, kSide*(kSide + 2)> predicted{};
  Border border;
  const Neighbours around =
      border.gather(coded.planes[0].view(), {x0, y0, kShape}, {0, 0}, {}, coded.header.max_sample());
  predict(cell.mode, around, kShape, coded.header.max_sample(), {predicted.data(), kSide});
  std::array<int16_t, kSide * kSide> residual{};
  for (int i = 0; i < kSide * kSide; ++i) {
    residual[i] = static_cast<int16_t>(picture.source[0].row(y0 + i / kSide)[x0 + i % kSide] - predicted[i]);
  }
  std::array<int32_t, kSide * kSide> coefficients{};
  forward_transform({residual.data(), kSide}, kShape, {}, coefficients.data());
  const uint32_t step = quantization_step(cell.step_index, coded.header.step_fraction);
  const WeightTable weights(coded.header.quantization[0].slope);
  // Shades are spread over the range of the source, so that the structure of the block is seen.
  double least = coded.header.max_sample(), greatest = 0;
  for (int i = 0; i < kSide * kSide; ++i) {
    const double value = picture.source[0].row(y0 + i / kSide)[x0 + i % kSide];
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const auto shade = [=](double value) { return gray((value - least) / (greatest - least)); };
  Svg svg(812, 590);
  draw_samples(svg, 20, "source", [&](int x, int y) { return shade(picture.source[0].row(y0 + y)[x0 + x]); });
  draw_samples(svg, 217, "prediction, direction " + std::to_string(cell.mode - kFirstDirection),
               [&](int x, int y) { return shade(predicted[y * kSide + x]); });
  draw_samples(svg, 414, "residual, red is above 0",
               [&](int x, int y) { return signed_heat(residual[y * kSide + x] / 120.0); });
  draw_samples(svg, 611, "reconstruction", [&](int x, int y) { return shade(coded.planes[0].row(y0 + y)[x0 + x]); });
  svg.label(20, 240,
            "coefficients of the residual, in steps, rounded to levels (empty: 0); low frequencies upper left");
  constexpr double kCell = 48, kRow = 20;
  for (int v = 0; v < kSide; ++v) {
    for (int u = 0; u < kSide; ++u) {
      const double q = coefficient_step(step, weights.weights(kShape)[v * kSide + u]);
      const double level = std::nearbyint(coefficients[v * kSide + u] * 64.0 / q);
      const double x = 20 + kCell * u, y = 252 + kRow * v;
      svg.rectangle(x, y, kCell - 1, kRow - 1, level == 0 ? "#f1f1f1" : level > 0 ? "#f3c9bd" : "#c3d3f0");
      if (level != 0) svg.label(x + kCell / 2, y + 14, Svg::number(level), 12, "middle");
    }
  }
  return svg.save(folder + "/picture-block.svg");
}

bool draw_bits(const Decoded& picture, const std::string& folder) {
  // Parts that this picture has: no alpha, no screen content.
  std::vector<TracedPart> parts;
  double total = 0, most = 0;
  for (const TracedPart& part : picture.trace.parts) {
    total += part.bits;
    most = std::max(most, part.bits);
    if (part.bits > 0) parts.push_back(part);
  }
  Svg svg(800, 60 + 28 * static_cast<int>(parts.size()));
  char words[96];
  const double pixels = double(picture.trace.picture.width) * picture.trace.picture.height;
  std::snprintf(words, sizeof words, "where the bits go: %.0f bytes, %.2f bits a pixel", total / 8, total / pixels);
  svg.label(20, 26, words, 14);
  double y = 44;
  for (const TracedPart& part : parts) {
    svg.label(190, y + 14, part.name, 13, "end");
    svg.rectangle(200, y, 500 * part.bits / most, 20, "#2a788e");
    std::snprintf(words, sizeof words, "%.1f %%", 100 * part.bits / total);
    svg.label(206 + 500 * part.bits / most, y + 14, words, 12);
    y += 28;
  }
  return svg.save(folder + "/picture-bits.svg");
}

bool draw_loop_filter(const Decoded& picture, const std::string& folder) {
  constexpr int kSide = 64, kX = 96, kY = 64;
  Svg svg(812, 310);
  const auto panel = [&](double x, const char* name, const std::function<Colour(int, int)>& pixel) {
    svg.label(x, 24, name);
    svg.raster(x, 34, kSide, kSide, 4, 4, pixel);
  };
  panel(12, "as reconstructed", [&](int x, int y) { return gray(luma_at(picture.unfiltered, kX + x, kY + y)); });
  panel(278, "after the loop filters",
        [&](int x, int y) { return gray(luma_at(picture.trace.picture, kX + x, kY + y)); });
  panel(544, "difference, red is brighter", [&](int x, int y) {
    return signed_heat(12 *
                       (luma_at(picture.trace.picture, kX + x, kY + y) - luma_at(picture.unfiltered, kX + x, kY + y)));
  });
  return svg.save(folder + "/picture-loop-filter.svg");
}

}  // namespace

bool draw_picture_figures(const std::string& picture_name, const std::string& folder) {
  const laq::Picture picture = read_ppm(picture_name);
  const auto good = encode_and_decode(picture, 70), coarse = encode_and_decode(picture, 30);
  if (!good || !coarse) {
    std::fprintf(stderr, "draw-figures: cannot encode %s as one tile\n", picture_name.c_str());
    return false;
  }
  return draw_activity(*good, folder) && draw_partition(*good, folder) && draw_block(*good, folder) &&
         draw_bits(*good, folder) && draw_loop_filter(*coarse, folder);
}

}  // namespace figures
