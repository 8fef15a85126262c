// What a comparison has measured of pictures, of arrays or of models, and what follows from it: the data that
// curves.csv, summary.json and report.html show. Here "image" is the name of a picture, of an array or of a model.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/codecs/signal.h"
#include "measures/spectrum.h"

namespace laq::compare {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();  // a value that was not measured

// One codec on one image at one quality.
struct Measurement {
  std::string codec;
  std::string image;
  double q = 0;  // the codec's own number of quality
  SignalKind kind = SignalKind::picture;
  double elements = 0;         // pixels of a picture, elements of an array or of all tensors
  double raw_bytes = kAbsent;  // what the elements of an array take without compression; of a model its file
  double bytes = 0;            // size of the file
  double encode_seconds = kAbsent, decode_seconds = kAbsent;

  double bits_per_element() const { return 8 * bytes / elements; }
  // The amount of data that speeds are counted in: pixels of pictures, bytes of arrays and models.
  double volume() const { return kind == SignalKind::picture ? elements : raw_bytes; }
};

// One point of a rate-distortion curve, measured on one thread: a line of curves.csv.
struct Point : Measurement {
  double loss = kAbsent;  // what the judge of the user says (judge.h)
  // Pictures only.
  double ssimulacra2 = kAbsent, butteraugli3 = kAbsent, butteraugli_max = kAbsent;
  double psnr_rgb = kAbsent, psnr_y = kAbsent, psnr_yuv = kAbsent;
  double ssim = kAbsent, ms_ssim = kAbsent;
  // Arrays only. The range is the greatest finite element less the least one.
  double psnr = kAbsent;                // decibels, of the range to the root mean squared error
  double snr = kAbsent;                 // decibels, of the root mean square of the elements to that of the error;
                                        // models have it too, over their tensors (model_error.h)
  double max_relative_error = kAbsent;  // as a share of the range
  double max_absolute_error = kAbsent;  // in the unit of the elements; of models too
};

// Speed and memory on some number of threads: medians over rounds in which the codecs took turns.
struct Speed : Measurement {
  int threads = 1;
  double encode_peak_bytes = kAbsent, decode_peak_bytes = kAbsent;  // memory above that of a process that does nothing
};

// A measure of quality, which is a column of the curves.
struct Metric {
  const char* column;  // in curves.csv and summary.json: "ssimulacra2"
  const char* title;   // for people: "SSIMULACRA 2"
  const char* unit;    // "dB" or ""
  bool higher_is_better;
  double Point::*value;
  bool is_logarithmic = false;              // differences are taken of the decimal logarithm
  double Point::*absolute_value = nullptr;  // the same in the unit of the elements, if the value is relative to a range

  // The number that differences are taken of, and the way back.
  double score(double of_value) const { return is_logarithmic ? std::log10(of_value) : of_value; }
  double score(const Point& point) const { return score(point.*value); }
  double value_at(double score) const { return is_logarithmic ? std::pow(10, score) : score; }

  // The number that curves pooled over files have the mean of, and the way back. Decibels are pooled as mean squared
  // errors, so that a file without loss counts as no error.
  bool is_decibel() const { return std::string_view(unit) == "dB"; }
  double pooled(double of_value) const { return is_decibel() ? std::pow(10, -of_value / 10) : of_value; }
  double value_of_pooled(double mean) const { return is_decibel() ? -10 * std::log10(mean) : mean; }
};
// All kinds of signals have it.
inline constexpr Metric kLoss = {"loss", "Loss by the judge", "", false, &Point::loss, true};
// The first metric of a kind leads: --lowest, --highest and --score refer to it.
inline constexpr std::array<Metric, 9> kPictureMetrics = {{
    {"ssimulacra2", "SSIMULACRA 2", "", true, &Point::ssimulacra2},
    {"butteraugli3", "Butteraugli 3-norm", "", false, &Point::butteraugli3},
    {"psnr_yuv", "PSNR, YUV 6:1:1", "dB", true, &Point::psnr_yuv},
    {"ms_ssim", "MS-SSIM", "", true, &Point::ms_ssim},
    {"psnr_rgb", "PSNR, RGB", "dB", true, &Point::psnr_rgb},
    {"psnr_y", "PSNR, luma", "dB", true, &Point::psnr_y},
    {"ssim", "SSIM", "", true, &Point::ssim},
    {"butteraugli_max", "Butteraugli, worst place", "", false, &Point::butteraugli_max},
    kLoss,
}};
inline constexpr std::array<Metric, 4> kArrayMetrics = {{
    {"psnr", "PSNR", "dB", true, &Point::psnr},
    {"max_relative_error", "Maximum error / range", "", false, &Point::max_relative_error, true,
     &Point::max_absolute_error},
    {"snr", "SNR", "dB", true, &Point::snr},
    kLoss,
}};
inline constexpr std::array<Metric, 2> kModelMetrics = {{
    {"snr", "SNR", "dB", true, &Point::snr},
    kLoss,
}};
constexpr std::span<const Metric> metrics_of(SignalKind kind) {
  if (kind == SignalKind::model) return kModelMetrics;
  return kind == SignalKind::array ? std::span<const Metric>(kArrayMetrics) : std::span<const Metric>(kPictureMetrics);
}
constexpr const Metric& leading_metric(SignalKind kind) {
  return metrics_of(kind).front();
}

// The score of the leading metric at which codecs are compared closely if the user names none.
constexpr double default_score(SignalKind kind) {
  return kind == SignalKind::model ? 20 : 60;
}

// A picture, an array or a model that is compared.
struct Image {
  std::string name;
  std::string image_class;      // the folder that it came from: photographs, screens ...
  std::vector<uint64_t> sides;  // width and height, or the shape of an array; empty for models, or if only
                                // curves are known
};

struct CodecEntry {
  std::string name;
  std::string version;  // "libjxl 0.7.0"; for curves that were loaded the name of their file
  bool loaded = false;  // from --curves, not measured in this run
};

// How a codec stands against the anchor: differences of bytes at equal score in percent, over the images of a class.
struct RateRow {
  std::string codec;
  const Metric* metric = nullptr;
  std::string image_class;  // empty: all classes
  int images = 0;           // number of images whose curves overlap with the anchor's
  int refused = 0;          // number of images whose curves do not
  double mean = kAbsent;    // of the logarithms of rate, as a percentage
  double median = kAbsent, percentile_10 = kAbsent, percentile_90 = kAbsent, best = kAbsent, worst = kAbsent;
  double lowest_score = kAbsent, highest_score = kAbsent;  // ends of the overlaps, mean over the images
};

// The same for one image.
struct ImageRate {
  std::string codec;
  std::string image;
  const Metric* metric = nullptr;
  double percent = kAbsent;
  std::string refusal = {};  // why there is no percentage
};

// How the errors of each codec, at one of its points, are distributed over their size.
struct ErrorHistogram {
  struct Line {
    std::string codec;
    Point point;
    std::vector<double> shares = {};  // of all samples or elements, for each of `sizes`
  };
  std::string image;
  std::vector<double> sizes;  // pictures: absolute difference of 8-bit samples; arrays: error by the codec's bound, or
                              // by its greatest error if it has no bound
  std::vector<Line> lines;
};

// The power spectra of an image, and of the errors of each codec at about the same score. Without FFTW there are none.
struct Spectra {
  struct Line {
    std::string codec;
    std::vector<spectrum::Point> powers;
  };
  std::string image;
  std::string unit;                       // of the frequencies: "cycles a pixel"
  std::vector<spectrum::Point> original;  // pictures: of luma, from 0 to 255, the mean over directions; arrays: of
                                          // shares of the range along the last axis, the mean over lines
  std::vector<Line> errors;
};

// A square part of a picture, and how similar the decoded picture is there.
struct Place {
  static constexpr uint32_t kSide = 64;
  uint32_t left = 0, top = 0;
  double ssim = 1;
};

// A decoded picture to look at beside the original.
struct View {
  std::string codec;
  std::string match;                     // "bytes" or "score": what is equal to the anchor's
  Point point;                           // of the encode that was made for this view
  std::vector<std::byte> file;           // lossless, in the same format as the original
  std::vector<Place> worst_places = {};  // within the part that is shown; the worst first
};
struct VisualComparison {
  std::string image;
  uint32_t left = 0, top = 0, width = 0, height = 0;  // the part that is shown
  std::string mime;                                   // "image/webp" or "image/png"
  std::vector<std::byte> original;
  std::vector<View> views;
  ErrorHistogram histogram;  // of the views at equal bytes, over the whole picture
  Spectra spectra;           // of the views at equal score, over the whole picture
};

// A signal in time, and how large the errors of each codec are at each time. Levels are root mean squares over windows,
// as shares of the range.
struct SeriesErrors {
  std::string codec;
  Point point;
  std::vector<double> levels;
  double bound = kAbsent;  // the error that the codec promises not to exceed, as a share of the range
};
struct Series {
  std::string image;
  bool in_seconds = false;     // unit of the times; otherwise elements
  std::vector<double> times;   // middles of the windows
  std::vector<double> signal;  // levels of the signal's deviation from its mean
  std::vector<SeriesErrors> errors;
};

// A tensor of a model, and what codecs make of it.
struct ComparedTensor {
  struct Line {
    std::string codec;
    double snr = kAbsent;
    double bits = kAbsent;            // an element, if the codec tells them
    double gained_bits = kAbsent;     // against one step for the whole tensor with the same error, if it tells that
    std::vector<double> shares = {};  // of decoded elements, for each of `values`
  };
  // Root mean squares of blocks of rows x columns in decibels, of that of the tensor.
  struct LocalScale {
    int width = 0, height = 0;
    uint64_t rows = 0, columns = 0;  // of the tensor as a matrix
    std::vector<double> decibels;    // packed row by row
  };
  std::string name;
  std::vector<uint64_t> shape;
  std::vector<Line> lines;
  // The members below are filled in for the largest tensors only.
  std::vector<double> values, shares;  // of the elements, in root mean squares of the tensor
  LocalScale scale;
};
struct ComparedTensors {
  std::string image;
  std::vector<Point> points;  // one of each codec
  std::vector<ComparedTensor> tensors;
};

// What a codec needs without loss.
struct LosslessRow {
  std::string codec;
  int images = 0;                     // number of images that every codec with lossless points has coded without loss
  double bits_per_element = kAbsent;  // mean over these
};

struct Results {
  SignalKind kind = SignalKind::picture;  // of all images and points
  std::string title;
  std::string command;                                             // the command line that made the comparison
  std::string anchor;                                              // the codec that rates are relative to
  std::string anchor_reason;                                       // empty if the user has chosen it
  double lowest_score = -std::numeric_limits<double>::infinity();  // range of the leading metric for its rates
  double highest_score = std::numeric_limits<double>::infinity();
  std::vector<CodecEntry> codecs;
  std::vector<Image> images;
  std::vector<Point> points;
  std::vector<Speed> speeds;
  std::vector<RateRow> rates;
  std::vector<ImageRate> image_rates;
  std::vector<LosslessRow> lossless;                 // arrays and models
  std::vector<VisualComparison> visual_comparisons;  // pictures only
  std::vector<Series> series;                        // arrays only
  std::vector<ErrorHistogram> histograms;            // arrays only; those of pictures are in their visual comparisons
  std::vector<Spectra> spectra;                      // the same
  std::vector<ComparedTensors> tensors;              // models only
  std::vector<std::string> failures;                 // one line each: codec, image, reason
  std::vector<std::string> unmatched;  // one line for each view that no quality of its codec brings near enough

  // The place of a codec in `codecs`; nothing if no codec has this name.
  std::optional<size_t> codec_index(const std::string& name) const {
    for (size_t i = 0; i < codecs.size(); ++i)
      if (codecs[i].name == name) return i;
    return std::nullopt;
  }
};

}  // namespace laq::compare
