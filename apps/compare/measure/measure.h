// One point of a curve: encode, decode, and every measure of the result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/judge.h"
#include "compare/measure/results.h"
#include "laq/metrics.hpp"

namespace laq::compare {

// What is measured where the user wants it.
struct Measures {
  bool butteraugli = true;  // of pictures
  std::optional<Judge> judge = {};
};

struct Original {
  std::string name;
  Signal signal;
  std::optional<Ssimulacra2> ssimulacra2;  // prepared for many scores; pictures only

  const Picture& picture() const { return std::get<Picture>(signal); }
};

// Reads a picture, an array or a model for comparison. Errors are those of reading, or a colour profile that is not
// understood.
Result<Original> read_original(const std::string& path, const std::string& name, SignalKind kind);

// A measurement without its results: bytes and seconds are still missing.
Measurement begin_measurement(const Codec& codec, const std::string& image, double quality, const Signal& signal);

// The codec's point on an image whose leading metric is nearest to `score`; null if it has none with a finite score.
const Point* nearest_point(const std::vector<Point>& points, const std::string& codec, const std::string& image,
                           double score);

// Sets SSIMULACRA 2 and PSNR, the measures that pictures are matched by.
std::optional<Error> measure_match(const Original& original, const PictureView& decoded, Point& point);

// Sets the other measures of pictures: SSIM, MS-SSIM and Butteraugli.
std::optional<Error> measure_others(const Original& original, const PictureView& decoded, bool with_butteraugli,
                                    Point& point);

// Errors of the finite elements. An element that has become infinite or NaN has an infinite error. Without any error
// PSNR and SNR are infinite.
struct ArrayError {
  double psnr, snr;                               // as in Point
  double max_relative_error, max_absolute_error;  // the first as a share of the range
};

// The error is `invalid_argument` if type or number of elements differ, or if elements that are not finite have
// changed.
Result<ArrayError> array_error(const Array& original, const Array& decoded);

// Encodes and decodes on one thread. An error begins with the step that failed.
Result<Point> measure(const Codec& codec, const Original& original, double quality, const Measures& measures);

}  // namespace laq::compare
