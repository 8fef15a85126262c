// Figures of docs/how-it-works.md that show how an array is coded.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <laq/array.hpp>

#include "array/header.h"
#include "array/predict/interpolation.h"
#include "array/stage.h"
#include "base/bytes.h"
#include "base/element.h"
#include "container/container.h"
#include "figures.h"
#include "levels/bounded_quantizer.h"
#include "svg.h"
#include "variance/expected_magnitude.h"

namespace figures {
namespace {

using namespace laq;

// Numbers of a uniform distribution over -1 .. 1, the same everywhere.
class Noise {
 public:
  double operator()() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 40) / (1 << 23) - 1;
  }

 private:
  uint64_t state_ = 1;
};

constexpr int kWidth = 192, kHeight = 128;

// Waves, with noise that is strong in two regions only.
std::vector<double> calm_and_rough_field() {
  Noise noise;
  std::vector<double> values;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double near = std::hypot(x - 55, y - 45), far = std::hypot(x - 145, y - 95);
      const double rough = 0.02 + 2.5 * std::exp(-near * near / 500) + 1.2 * std::exp(-far * far / 900);
      values.push_back(20 * std::sin(0.045 * x + 0.02 * y) + 12 * std::cos(0.06 * y - 0.01 * x) + rough * noise());
    }
  }
  return values;
}

// A field as it is coded by interpolation: index and expected magnitude of every sample.
struct Residuals {
  std::vector<int64_t> indices;
  std::vector<double> expected;  // magnitudes
};

Residuals residuals_of(const std::vector<double>& values, double bound) {
  const BoundedQuantizer quantizer(ElementRange(ElementType::float64), bound);
  std::vector<double> decoded(values.size());
  decoded[0] = values[0];
  laq::array::Samples samples({{1, kHeight, kWidth}}, quantizer.step(), laq::array::DecodedValues::in(decoded));
  Residuals result{std::vector<int64_t>(values.size()), std::vector<double>(values.size())};
  constexpr int kFeatures = 8;
  using Expected = MagnitudePredictor<kFeatures>;
  std::vector<Expected> predictors(laq::array::kPredictionKinds, Expected({0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1}));
  RunningMeans means;
  laq::array::for_each_interpolated(samples, [&](size_t place, const laq::array::Expectation& expectation) {
    Expected::Features features = {means.slow, means.fast};
    std::copy(expectation.surroundings.begin(), expectation.surroundings.end(), features.begin() + 2);
    const double expected = predictors[expectation.kind].predict(features);
    const int64_t index = quantizer.index(values[place], expectation.value).value_or(0);
    const double root = root_of(2 * std::abs(index));
    decoded[place] = quantizer.reconstruct(expectation.value, index);
    samples.roots[place] = static_cast<float>(index < 0 ? -root : root);
    means.update(root);
    predictors[expectation.kind].update(features, expected, root);
    result.indices[place] = index;
    result.expected[place] = expected * expected / 2;
    return true;
  });
  return result;
}

// Sizes by their logarithms, so that small ones can be told apart.
double shade(double magnitude) {
  return std::log2(1 + magnitude) / 5;
}

bool draw_residuals(const std::vector<double>& values, const Residuals& residuals, const std::string& folder) {
  constexpr double kCell = 2;
  Svg svg(820, 590);
  const auto panel = [&](double x, double y, const char* name, const std::function<Colour(int, int)>& pixel) {
    svg.label(x, y - 8, name);
    svg.raster(x, y, kWidth, kHeight, kCell, 1, pixel);
  };
  constexpr double kRight = 32 + kWidth * kCell, kBelow = 72 + kHeight * kCell;
  panel(16, 36, "field: waves, with noise in two places",
        [&](int x, int y) { return gray(std::round(32 * (0.5 + values[y * kWidth + x] / 70)) / 32); });
  panel(kRight, 36, "residuals in steps (indices): blue below 0, red above",
        [&](int x, int y) { return signed_heat(static_cast<double>(residuals.indices[y * kWidth + x]) / 12); });
  panel(16, kBelow, "their magnitudes, logarithmic",
        [&](int x, int y) { return heat(shade(static_cast<double>(std::abs(residuals.indices[y * kWidth + x])))); });
  panel(kRight, kBelow, "magnitudes that the decoder expects, before it knows them",
        [&](int x, int y) { return heat(std::round(32 * shade(residuals.expected[y * kWidth + x])) / 32); });
  return svg.save(folder + "/array-residuals.svg");
}

bool draw_estimate(const Residuals& residuals, const std::string& folder) {
  constexpr int kRow = 45;
  Svg svg(812, 330);
  svg.label(20, 24, "magnitudes of one row (dots) and what was expected of them before they were decoded (line)");
  const double bottom = 290, top = 45;
  double most = 1;
  for (int x = 0; x < kWidth; ++x)
    most = std::max(most, static_cast<double>(std::abs(residuals.indices[kRow * kWidth + x])));
  const auto at = [&](double magnitude) { return bottom - (bottom - top) * std::sqrt(magnitude / most); };
  for (const double tick : {0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0}) {
    if (tick > most) continue;
    svg.line(40, at(tick), 800, at(tick), "#dddddd");
    svg.label(34, at(tick) + 4, Svg::number(tick), 12, "end");
  }
  std::vector<std::pair<double, double>> expected;
  for (int x = 0; x < kWidth; ++x) {
    const size_t place = kRow * kWidth + x;
    const double across = 44 + 3.93 * x;
    svg.circle(across, at(static_cast<double>(std::abs(residuals.indices[place]))), 2, "#440154");
    expected.emplace_back(across, at(residuals.expected[place]));
  }
  svg.curve(expected, "#e07000", 1.5);
  svg.label(420, 318, "place in row 45 of the field", 12, "middle");
  return svg.save(folder + "/array-estimate.svg");
}

bool draw_histogram(const Residuals& residuals, const std::string& folder) {
  struct Class {
    const char* name;
    double below;
    const char* colour;
    std::array<double, 17> share{};
    double count = 0, bits = 0;
  };
  std::array<Class, 3> classes = {
      {{"expected below 0.25", 0.25, "#440154"}, {"0.25 to 2", 2, "#21908d"}, {"above 2", 1e9, "#e07000"}}};
  for (size_t i = 1; i < residuals.indices.size(); ++i) {
    Class& of =
        *std::find_if(classes.begin(), classes.end(), [&](const Class& c) { return residuals.expected[i] < c.below; });
    of.share[std::clamp<int64_t>(residuals.indices[i] + 8, 0, 16)] += 1;
    of.count += 1;
  }
  Svg svg(812, 340);
  svg.label(20, 24, "indices, by the magnitude that was expected: each class has adaptive models of its own");
  const double bottom = 290, height = 240;
  for (int tick = 0; tick <= 4; ++tick) {
    const double y = bottom - height * tick / 4;
    svg.line(50, y, 790, y, "#dddddd");
    svg.label(44, y + 4, std::to_string(25 * tick) + " %", 12, "end");
  }
  for (size_t c = 0; c < classes.size(); ++c) {
    for (int i = 0; i < 17; ++i) {
      const double share = classes[c].count > 0 ? classes[c].share[i] / classes[c].count : 0;
      svg.rectangle(56 + 43 * i + 12.0 * static_cast<double>(c), bottom - height * share, 11, height * share,
                    classes[c].colour);
    }
    char words[64];
    std::snprintf(words, sizeof words, "%s (%.0f samples)", classes[c].name, classes[c].count);
    svg.rectangle(540, 50 + 22.0 * static_cast<double>(c), 12, 12, classes[c].colour);
    svg.label(558, 61 + 22.0 * static_cast<double>(c), words, 12);
  }
  for (int i = 0; i < 17; ++i) {
    const std::string name = i == 0 ? "-8 or less" : i == 16 ? "8 or more" : std::to_string(i - 8);
    svg.label(56 + 43 * i + 18, 310, name, i % 16 == 0 ? 10 : 12, "middle");
  }
  return svg.save(folder + "/array-indices.svg");
}

const char* pass_colour(int pass) {
  constexpr std::array<const char*, 5> kColours = {"#440154", "#3b528b", "#21908d", "#5dc863", "#e07000"};
  return kColours[pass];
}

// A line of 17 samples and a field of 9x9: which samples come in which pass, and from what they are interpolated.
bool draw_passes(const std::string& folder) {
  Svg svg(812, 400);
  svg.label(20, 24, "a line: each pass halves the distance of known samples");
  const auto x_of = [](int i) { return 34 + 22.0 * i; };
  const auto y_of = [](int pass) { return 64 + 66.0 * pass; };
  for (int pass = 0; pass <= 4; ++pass) {
    const int step = 16 >> pass;
    svg.label(20, y_of(pass) - 16, pass == 0 ? "known" : "step " + std::to_string(step), 12);
    for (int i = 0; i <= 16; ++i) {
      const bool is_known = i % (2 * step) == 0, is_now = pass == 0 ? i % 16 == 0 : i % step == 0 && !is_known;
      if (pass > 0 && is_now) {
        for (const int distance : {-3, -1, 1, 3}) {
          const int from = i + distance * step;
          if (from < 0 || from > 16) continue;
          svg.line(x_of(i), y_of(pass), x_of(from), y_of(pass) - 12, std::abs(distance) == 1 ? "#999999" : "#dddddd");
        }
      }
      if (is_now) svg.circle(x_of(i), y_of(pass), 5, pass_colour(pass));
      if (!is_now && is_known && pass > 0) svg.circle(x_of(i), y_of(pass) - 12, 2.5, "#888888");
    }
  }
  svg.label(440, 24, "a field: by step, then along one axis before two");
  for (int y = 0; y <= 8; ++y) {
    for (int x = 0; x <= 8; ++x) {
      int pass = 0, step = 8;
      while (step > 0 && (x % step != 0 || y % step != 0)) {
        step /= 2;
        ++pass;
      }
      const bool odd_x = pass > 0 && x % (2 * step) != 0, odd_y = pass > 0 && y % (2 * step) != 0;
      const double cx = 465 + 38.0 * x, cy = 60 + 38.0 * y;
      svg.circle(cx, cy, 14, pass_colour(std::min(pass, 4)));
      const std::string name = pass == 0 ? "0" : std::to_string(pass) + (odd_x && odd_y ? "c" : odd_x ? "b" : "a");
      svg.label(cx, cy + 4, "<tspan fill=\"#ffffff\">" + name + "</tspan>", 12, "middle");
    }
  }
  return svg.save(folder + "/array-passes.svg");
}

// The stages of the first chunk of an array's file, from the outermost one on.
std::string recipe_of(const std::vector<std::byte>& file) {
  const auto sections = read_container(file);
  ByteReader reader(sections->back().bytes);
  const auto header = array::ArrayHeader::read(reader);
  for (uint64_t chunk = 0; chunk < header->chunks(); ++chunk) reader.integer();  // their bytes
  std::string recipe;
  for (;;) {
    const auto step = array::Step::from_byte(static_cast<std::byte>(reader.byte()));
    recipe += (recipe.empty() ? "" : " + ") + std::string(array::name_of(step->stage));
    if (!array::is_map(step->stage)) break;
    reader.take(reader.integer());
  }
  std::replace(recipe.begin(), recipe.end(), '_', ' ');
  return recipe;
}

struct Example {
  const char* name;
  int height;
  ElementType type;
  ArrayTarget target;
  const char* promise;
  double (*value)(int x, int y, Noise& noise);
};

bool draw_recipes(const std::string& folder) {
  constexpr ArrayTarget kLossless{ArrayTargetKind::lossless, 0}, kBound{ArrayTargetKind::max_relative_error, 1e-3},
      kDecibels{ArrayTargetKind::psnr, 50}, kShare{ArrayTargetKind::pointwise_relative, 0.01};
  const std::vector<Example> examples = {
      {"smooth waves", 128, ElementType::float32, kBound, "error 0.001 of the range",
       [](int x, int y, Noise&) { return std::sin(0.05 * x) + std::cos(0.07 * y + 0.02 * x); }},
      {"waves and fine texture", 128, ElementType::float32, kBound, "error 0.001 of the range",
       [](int x, int y, Noise& noise) { return std::sin(0.05 * x + 0.3 * std::sin(0.2 * y)) + 0.05 * noise(); }},
      {"two decimals", 128, ElementType::float32, kLossless, "no loss",
       [](int x, int y, Noise& noise) {
         return std::round(100 * (std::sin(0.05 * x + 0.04 * y) + 0.05 * noise())) / 100;
       }},
      {"a field with gaps", 128, ElementType::float32, kBound, "error 0.001 of the range",
       [](int x, int y, Noise&) {
         return std::sin(0.1 * x) * std::cos(0.08 * y) > 0.6 ? 1e20 : std::sin(0.03 * x + 0.05 * y);
       }},
      {"five values", 128, ElementType::float32, kLossless, "no loss",
       [](int x, int y, Noise&) { return std::exp(std::round(2 * std::sin(0.05 * x) * std::cos(0.06 * y))); }},
      {"a sound", 2, ElementType::int16, kDecibels, "50 decibels",
       [](int x, int y, Noise& noise) {
         return 8000 * std::sin(0.2 * x) + 3000 * std::sin(0.031 * x + y) + 60 * noise();
       }},
      {"many scales", 128, ElementType::float32, kShare, "0.01 of each element",
       [](int x, int y, Noise&) { return std::exp(8 * std::sin(0.05 * x) * std::cos(0.06 * y)); }},
      {"noise", 128, ElementType::float32, kDecibels, "50 decibels", [](int, int, Noise& noise) { return noise(); }},
  };
  Svg svg(812, 50 + 74 * static_cast<int>(examples.size()));
  for (const auto& [x, name] : {std::pair{20, "array"},
                                {130, "what is asked for"},
                                {390, "recipe that the search finds"},
                                {790, "bits an element"}}) {
    svg.label(x, 26, name, 13, x == 790 ? "end" : "start");
  }
  double top = 40;
  for (const Example& example : examples) {
    Noise noise;
    const int width = example.height > 2 ? kWidth : 8192;
    std::vector<double> values;
    for (int y = 0; y < example.height; ++y) {
      for (int x = 0; x < width; ++x) values.push_back(ElementRange(example.type).round(example.value(x, y, noise)));
    }
    std::vector<std::byte> elements(values.size() * element_bytes(example.type));
    store_values(example.type, values, elements);
    ArrayView view{
        example.type, {static_cast<uint64_t>(example.height), static_cast<uint64_t>(width)}, elements.data()};
    const auto file = encode(view, ArrayEncodeOptions{example.target});
    if (!file) {
      std::fprintf(stderr, "draw-figures: %s: %s\n", example.name, file.error().message.c_str());
      return false;
    }
    double least = 1e300, greatest = -1e300;
    for (const double value : values) {
      if (value > 1e19) continue;
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
    svg.raster(20, top, 96, 64, 1, 1, [&](int x, int y) {
      const double value = example.height > 2 ? values[2 * y * width + 2 * x] : values[x];
      if (example.height == 2)
        return gray(std::fabs((64 - y) / 64.0 - (value - least) / (greatest - least)) < 0.03 ? 0 : 0.95);
      return value > 1e19 ? Colour{230, 120, 40} : gray((value - least) / (greatest - least));
    });
    char bits[32];
    std::snprintf(bits, sizeof bits, "%.2f",
                  8.0 * static_cast<double>(file->size()) / static_cast<double>(values.size()));
    svg.label(130, top + 28, example.name);
    svg.label(130, top + 46, example.promise, 12);
    svg.label(390, top + 36, recipe_of(*file));
    svg.label(790, top + 36, bits, 13, "end");
    top += 74;
  }
  return svg.save(folder + "/array-recipes.svg");
}

}  // namespace

bool draw_array_figures(const std::string& folder) {
  const std::vector<double> values = calm_and_rough_field();
  const Residuals residuals = residuals_of(values, 0.05);
  return draw_passes(folder) && draw_residuals(values, residuals, folder) && draw_estimate(residuals, folder) &&
         draw_histogram(residuals, folder) && draw_recipes(folder);
}

}  // namespace figures
