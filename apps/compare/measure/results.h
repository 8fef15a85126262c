// What a comparison has measured of pictures or of arrays, and what follows from it: the data that curves.csv,
// summary.json and report.html show.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare/codecs/signal.h"

namespace laq::compare {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();  // was not measured

// One point of a rate-distortion curve: a line of curves.csv.
struct Point {
  std::string codec;
  double q = 0;  // the codec's own number
  std::string image;
  double elements = 0, bytes = 0;  // elements: pixels of a picture
  double ssimulacra2 = kAbsent, butteraugli3 = kAbsent;
  double psnr_rgb = kAbsent, psnr_y = kAbsent, psnr_yuv = kAbsent;
  double encode_seconds = kAbsent, decode_seconds = kAbsent;  // one thread
  double ssim = kAbsent, ms_ssim = kAbsent, butteraugli_max = kAbsent;
  // Of arrays alone.
  SignalKind kind = SignalKind::picture;
  double raw_bytes = kAbsent;  // of all elements
  double psnr = kAbsent;  // of the range, the greatest less the least finite element, to the root mean squared error
  double max_error = kAbsent;  // as a share of the range

  double bits_per_element() const { return 8 * bytes / elements; }
  // What speeds are counted in: pixels, or bytes of arrays.
  double volume() const { return kind == SignalKind::array ? raw_bytes : elements; }
};

// A measure of quality, as a column of the curves.
struct Metric {
  const char* column;  // in curves.csv and summary.json: "ssimulacra2"
  const char* title;   // for people: "SSIMULACRA 2"
  const char* unit;    // "dB" or ""
  bool higher_is_better;
  double Point::*value;
  bool is_logarithmic = false;  // differences and means are of its decimal logarithm

  // What differences and means are taken of, and back.
  double score(double of_value) const { return is_logarithmic ? std::log10(of_value) : of_value; }
  double score(const Point& point) const { return score(point.*value); }
  double value_at(double score) const { return is_logarithmic ? std::pow(10, score) : score; }
};
// The first of a kind leads: --lowest, --highest and --score are of it.
inline constexpr std::array<Metric, 8> kPictureMetrics = {{
    {"ssimulacra2", "SSIMULACRA 2", "", true, &Point::ssimulacra2},
    {"butteraugli3", "Butteraugli 3-norm", "", false, &Point::butteraugli3},
    {"psnr_yuv", "PSNR, YUV 6:1:1", "dB", true, &Point::psnr_yuv},
    {"ms_ssim", "MS-SSIM", "", true, &Point::ms_ssim},
    {"psnr_rgb", "PSNR, RGB", "dB", true, &Point::psnr_rgb},
    {"psnr_y", "PSNR, luma", "dB", true, &Point::psnr_y},
    {"ssim", "SSIM", "", true, &Point::ssim},
    {"butteraugli_max", "Butteraugli, worst place", "", false, &Point::butteraugli_max},
}};
inline constexpr std::array<Metric, 2> kArrayMetrics = {{
    {"psnr", "PSNR", "dB", true, &Point::psnr},
    {"max_error", "Maximum error / range", "", false, &Point::max_error, true},
}};
constexpr std::span<const Metric> metrics_of(SignalKind kind) {
  return kind == SignalKind::array ? std::span<const Metric>(kArrayMetrics) : std::span<const Metric>(kPictureMetrics);
}
constexpr const Metric& leading_metric(SignalKind kind) {
  return metrics_of(kind).front();
}

// A picture or an array that is compared.
struct Image {
  std::string name;             // column image of the points
  std::string image_class;      // the folder it came from: photographs, screens ...
  std::vector<uint64_t> sides;  // width, height; of an array its shape. Empty where only curves are known
};

struct CodecEntry {
  std::string name;     // column codec of the points
  std::string version;  // "libjxl 0.7.0"; the file's name for curves that were loaded
  bool loaded = false;  // from --curves, not measured in this run
};

// One codec on one image at one quality, on one thread or on all: medians over runs that took turns with the other
// codecs'.
struct Speed {
  std::string codec;
  std::string image;
  double q = 0;
  int threads = 1;
  double elements = 0, bytes = 0;
  double encode_seconds = kAbsent, decode_seconds = kAbsent;
  double encode_peak_bytes = kAbsent, decode_peak_bytes = kAbsent;  // memory above that of a process that does nothing
  SignalKind kind = SignalKind::picture;
  double raw_bytes = kAbsent;

  double volume() const { return kind == SignalKind::array ? raw_bytes : elements; }
};

// How a codec stands against the anchor: differences of bytes at equal score in percent, over the images of a class.
struct RateRow {
  std::string codec;
  const Metric* metric = nullptr;
  std::string image_class;  // empty: all
  int images = 0;           // whose curves overlap
  int refused = 0;          // whose curves do not
  double mean = kAbsent;    // of the logarithms of rate, as a percentage
  double median = kAbsent, percentile_10 = kAbsent, percentile_90 = kAbsent, best = kAbsent, worst = kAbsent;
  double lowest_score = kAbsent, highest_score = kAbsent;  // mean ends of the overlaps
};

// The same for one image.
struct ImageRate {
  std::string codec;
  std::string image;
  const Metric* metric = nullptr;
  double percent = kAbsent;
  std::string refusal;  // why percent is absent
};

// A decoded picture to look at beside the original.
struct View {
  std::string codec;
  std::string match;            // "bytes" or "score": what is equal to the anchor's
  Point point;                  // of the encode that was made for it
  std::vector<std::byte> file;  // lossless, in the same format as the original's
};
struct Exhibit {
  std::string image;
  uint32_t left = 0, top = 0, width = 0, height = 0;  // the part that is shown
  std::string mime;                                   // "image/webp" or "image/png"
  std::vector<std::byte> original;
  std::vector<View> views;
};

// A series in time to look at: how large the errors of codecs are where, beside the signal. Levels are root mean
// squares over windows, as shares of the range; times the middles of the windows.
struct SeriesErrors {
  std::string codec;
  Point point;
  std::vector<double> levels;
  double bound = kAbsent;  // that the codec keeps, as a share of the range
};
struct Series {
  std::string image;
  bool in_seconds = false;  // times; else in elements
  std::vector<double> times;
  std::vector<double> signal;  // levels of its deviation from the mean
  std::vector<SeriesErrors> errors;
};

// What a codec needs without loss.
struct LosslessRow {
  std::string codec;
  int images = 0;                     // that all codecs hold without loss that hold any
  double bits_per_element = kAbsent;  // mean
};

struct Results {
  SignalKind kind = SignalKind::picture;  // of all images and points
  std::string title;
  std::string command;                                             // that made it
  std::string anchor;                                              // codec of the table's zero
  double lowest_score = -std::numeric_limits<double>::infinity();  // leading metric's range of its rates
  double highest_score = std::numeric_limits<double>::infinity();
  std::vector<CodecEntry> codecs;
  std::vector<Image> images;
  std::vector<Point> points;
  std::vector<Speed> speeds;
  std::vector<RateRow> rates;
  std::vector<ImageRate> image_rates;
  std::vector<LosslessRow> lossless;   // of arrays
  std::vector<Exhibit> exhibits;       // of pictures
  std::vector<Series> series;          // of arrays
  std::vector<std::string> failures;   // one line each: codec, image, reason
  std::vector<std::string> unmatched;  // the same for pictures to look at that no quality brings near enough

  // The place of a codec in `codecs`; nothing if no codec has this name.
  std::optional<size_t> codec_index(const std::string& name) const {
    for (size_t i = 0; i < codecs.size(); ++i)
      if (codecs[i].name == name) return i;
    return std::nullopt;
  }
};

}  // namespace laq::compare
