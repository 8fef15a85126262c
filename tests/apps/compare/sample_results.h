// The results of a comparison that never was: three codecs, a curve that was loaded, two classes, names as nobody
// should choose them.
#pragma once

#include <algorithm>
#include <cmath>

#include "compare/measure/results.h"
#include "io/picture/picture_formats.h"

inline constexpr char kHostileImage[] = "a&b \"c\" '<script>alert(1)</script>.png";
inline constexpr char kHostileCodec[] = "odd-<i>codec</i>";

inline laq::compare::Point sample_point(const std::string& codec, double rate, double q, const std::string& image,
                                        double quality) {
  laq::compare::Point point;
  point.codec = codec;
  point.q = q;
  point.image = image;
  point.elements = 64 * 48;
  point.bytes = std::round(rate * 40 * std::exp(quality / 25));
  point.ssimulacra2 = quality;
  point.psnr_yuv = 24 + quality / 4;
  point.ms_ssim = 1 - std::exp(-quality / 18);
  point.butteraugli3 = 4 * std::exp(-quality / 40);
  point.encode_seconds = 0.01 * rate;
  point.decode_seconds = 0.002 / rate;
  return point;
}

// A picture whose samples differ from those of another shade.
inline std::vector<std::byte> sample_png(uint32_t width, uint32_t height, uint32_t shade) {
  laq::Picture picture{width, height, 3, 8, {}, {}};
  for (uint32_t y = 0; y < height; ++y)
    for (uint32_t x = 0; x < width; ++x)
      for (uint32_t c = 0; c < 3; ++c)
        picture.samples.push_back(static_cast<std::byte>((3 * x + 2 * y + 40 * c + ((x ^ y) & 7) * shade) & 255));
  return *laq::io::encode_png(picture);
}

inline void add_sample_rates(laq::compare::Results& results) {
  using namespace laq::compare;
  for (const Metric& metric : {kPictureMetrics[0], kPictureMetrics[2]})
    for (const char* image_class : {"", "photographs", "screens"})
      for (const auto& [codec, mean] :
           {std::pair("laq-e5", -21.5), std::pair("laq-e9", -27.25), std::pair(kHostileCodec, 140.0)}) {
        const Metric* known = &kPictureMetrics[metric.value == kPictureMetrics[0].value ? 0 : 2];
        results.rates.push_back(
            {codec, known, image_class, 3, 0, mean, mean - 1, mean - 5, mean + 4, mean - 6, mean + 7, 41, 88.5});
        if (*image_class) continue;
        double share = -6;
        for (const Image& image : results.images)
          results.image_rates.push_back({codec, image.name, known, mean + (share += 3), ""});
        results.image_rates.back() = {codec, results.images.back().name, known, kAbsent, "curves do not overlap"};
      }
}

inline laq::compare::VisualComparison sample_visual_comparison(const laq::compare::Results& results,
                                                               const std::string& image) {
  laq::compare::VisualComparison comparison{image, 0, 0, 64, 48, "image/png", sample_png(64, 48, 0), {}, {}, {}};
  for (const char* match : {"bytes", "score"}) {
    uint32_t shade = 1;
    for (const char* codec : {"laq-e5", "jxl-e7"})
      for (const auto& point : results.points)
        if (point.codec == codec && point.image == image && point.ssimulacra2 == 54) {
          comparison.views.push_back({codec, match, point, sample_png(64, 48, shade++), {{0, 0, 0.5}, {8, 0, 0.75}}});
          comparison.histogram.lines.push_back({codec, point, {0.75, 0.2, 0.05}});
        }
  }
  // Powers that fall with the frequency, and errors by reverse water-filling below two levels.
  comparison.spectra = {image, "cycles a pixel", {}, {{"laq-e5", {}}, {"jxl-e7", {}}}};
  for (int ring = 1; ring <= 24; ++ring) {
    const double frequency = 0.5 * ring / 24, power = 0.5 / (frequency * frequency);
    comparison.spectra.original.push_back({frequency, power});
    comparison.spectra.errors[0].powers.push_back({frequency, std::min(power, 12.0)});
    comparison.spectra.errors[1].powers.push_back({frequency, std::min(power, 20.0)});
  }
  comparison.histogram.image = image;
  comparison.histogram.sizes = {0, 1, 2};
  return comparison;
}

inline laq::compare::Results sample_results() {
  using namespace laq::compare;
  Results results;
  results.title = "Sample <report>";
  results.command = "laq compare *.png --out \"report & more\"";
  results.anchor = "jxl-e7";
  results.lowest_score = 30;
  results.highest_score = 90;
  results.codecs = {{"laq-e5", "laq 0.1.0", false},
                    {"laq-e9", "laq 0.1.0", false},
                    {kHostileCodec, "a program & its <options>", false},
                    {"jxl-e7", "curves.csv", true}};
  results.images = {{"01.png", "photographs", {64, 48}},
                    {"02.png", "photographs", {64, 48}},
                    {kHostileImage, "screens", {64, 48}},
                    {"text.png", "screens", {64, 48}}};
  const double rates[] = {0.8, 0.7, 2.4, 1};
  for (size_t codec = 0; codec < results.codecs.size(); ++codec)
    for (size_t image = 0; image < results.images.size(); ++image) {
      if (codec == 3 && image == 3) continue;  // was not among the loaded curves
      for (int step = 0; step < 6; ++step)
        results.points.push_back(sample_point(results.codecs[codec].name,
                                              rates[codec] * (1 + 0.2 * static_cast<double>(image)), 10 + 15 * step,
                                              results.images[image].name, 30 + 12 * step - (codec == 2 ? 1.5 : 0)));
    }
  add_sample_rates(results);
  for (const auto& point : results.points)
    for (const int threads : {1, 2})
      if (point.codec != "jxl-e7" && point.q == 40) {
        Speed& speed = results.speeds.emplace_back(Speed{point, threads, 5e6, 2e6});
        speed.encode_seconds /= threads;
        speed.decode_seconds /= threads;
      }
  results.visual_comparisons.push_back(sample_visual_comparison(results, "01.png"));
  results.visual_comparisons.push_back(sample_visual_comparison(results, kHostileImage));
  results.failures = {"laq-e5, <img src=x onerror=alert(2)>: not a picture"};
  return results;
}
