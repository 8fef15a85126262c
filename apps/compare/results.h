// What a comparison has measured, and what follows from it: the data that curves.csv, summary.json and report.html
// show.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace laq::compare {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();  // was not measured

// One point of a rate-distortion curve: a line of curves.csv.
struct Point {
  std::string codec;
  double q = 0;  // the codec's own number
  std::string image;
  double pixels = 0, bytes = 0;
  double ssimulacra2 = kAbsent, butteraugli3 = kAbsent;
  double psnr_rgb = kAbsent, psnr_y = kAbsent, psnr_yuv = kAbsent;
  double encode_seconds = kAbsent, decode_seconds = kAbsent;  // one thread
  double ssim = kAbsent, ms_ssim = kAbsent, butteraugli_max = kAbsent;

  double bits_per_pixel() const { return 8 * bytes / pixels; }
};

// A measure of quality, as a column of the curves.
struct Metric {
  const char* column;  // in curves.csv and summary.json: "ssimulacra2"
  const char* title;   // for people: "SSIMULACRA 2"
  const char* unit;    // "dB" or ""
  bool higher_is_better;
  double Point::*value;
};
inline constexpr std::array<Metric, 8> kMetrics = {{
    {"ssimulacra2", "SSIMULACRA 2", "", true, &Point::ssimulacra2},
    {"butteraugli3", "Butteraugli 3-norm", "", false, &Point::butteraugli3},
    {"psnr_yuv", "PSNR, YUV 6:1:1", "dB", true, &Point::psnr_yuv},
    {"ms_ssim", "MS-SSIM", "", true, &Point::ms_ssim},
    {"psnr_rgb", "PSNR, RGB", "dB", true, &Point::psnr_rgb},
    {"psnr_y", "PSNR, luma", "dB", true, &Point::psnr_y},
    {"ssim", "SSIM", "", true, &Point::ssim},
    {"butteraugli_max", "Butteraugli, worst place", "", false, &Point::butteraugli_max},
}};

struct Image {
  std::string name;         // column image of the points
  std::string image_class;  // the folder it came from: photographs, screens ...
  uint32_t width = 0, height = 0;
};

struct CodecEntry {
  std::string name;     // column codec of the points
  std::string version;  // "libjxl 0.7.0"; the file's name for curves that were loaded
  bool loaded = false;  // from --curves, not measured in this run
};

// One codec on one picture at one quality, on one thread or on all: medians over runs that took turns with the other
// codecs'.
struct Speed {
  std::string codec;
  std::string image;
  double q = 0;
  int threads = 1;
  double pixels = 0, bytes = 0;
  double encode_seconds = kAbsent, decode_seconds = kAbsent;
  double encode_peak_bytes = kAbsent, decode_peak_bytes = kAbsent;  // memory above that of a process that does nothing
};

// How a codec stands against the anchor: differences of bytes at equal score in percent, over the pictures of a class.
struct RateRow {
  std::string codec;
  const Metric* metric = nullptr;
  std::string image_class;  // empty: all pictures
  int images = 0;           // whose curves overlap
  int refused = 0;          // whose curves do not
  double mean = kAbsent;    // of the logarithms of rate, as a percentage
  double median = kAbsent, percentile_10 = kAbsent, percentile_90 = kAbsent, best = kAbsent, worst = kAbsent;
  double lowest_score = kAbsent, highest_score = kAbsent;  // mean ends of the overlaps
};

// The same for one picture.
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

struct Results {
  std::string title;
  std::string command;                                             // that made it
  std::string anchor;                                              // codec of the table's zero
  double lowest_score = -std::numeric_limits<double>::infinity();  // SSIMULACRA 2 range of the rates
  double highest_score = std::numeric_limits<double>::infinity();
  std::vector<CodecEntry> codecs;
  std::vector<Image> images;
  std::vector<Point> points;
  std::vector<Speed> speeds;
  std::vector<RateRow> rates;
  std::vector<ImageRate> image_rates;
  std::vector<Exhibit> exhibits;
  std::vector<std::string> failures;   // one line each: codec, picture, reason
  std::vector<std::string> unmatched;  // the same for pictures to look at that no quality brings near enough
};

}  // namespace laq::compare
