#include "compare/measure/measure.h"

#include <cmath>
#include <limits>

#include "compare/measure/model_error.h"
#include "measures/array_measures.h"

namespace laq::compare {
namespace {

Error in_step(const char* step, const Error& error) {
  return Error{error.code, std::string(step) + ": " + error.message};
}

// The decoded picture with the code points of its original, which no codec here carries.
PictureView with_code_points_of(const Original& original, PictureView decoded) {
  const Metadata& metadata = original.picture().metadata;
  if (metadata.code_points) decoded.metadata = &metadata;
  return decoded;
}

std::optional<Error> measure_array(const Original& original, const Array& decoded, Point& point) {
  const Result<ArrayError> error = array_error(std::get<Array>(original.signal), decoded);
  if (!error) return in_step("error", error.error());
  point.psnr = error->psnr;
  point.snr = error->snr;
  point.max_relative_error = error->max_relative_error;
  point.max_absolute_error = error->max_absolute_error;
  return std::nullopt;
}

std::optional<Error> measure_model(const Original& original, const Model& decoded, Point& point) {
  const Result<ModelError> error = model_error(std::get<Model>(original.signal), decoded);
  if (!error) return in_step("error", error.error());
  point.snr = error->snr();
  point.max_absolute_error = error->max_absolute_error;
  return std::nullopt;
}

}  // namespace

Result<Original> read_original(const std::string& path, const std::string& name, SignalKind kind) {
  Result<Signal> signal = read_signal(path, kind);
  if (!signal) return signal.error();
  if (kind != SignalKind::picture) return Original{name, std::move(*signal), std::nullopt};
  Result<Ssimulacra2> ssimulacra2 = Ssimulacra2::of(std::get<Picture>(*signal).view());
  if (!ssimulacra2) return ssimulacra2.error();
  return Original{name, std::move(*signal), std::move(*ssimulacra2)};
}

Measurement begin_measurement(const Codec& codec, const std::string& image, double quality, const Signal& signal) {
  return {codec.name(), image, quality, kind_of(signal), elements_of(signal), raw_bytes_of(signal)};
}

std::optional<Error> measure_match(const Original& original, const PictureView& decoded, Point& point) {
  const PictureView distorted = with_code_points_of(original, decoded);
  const Result<double> score = original.ssimulacra2->score(distorted);
  if (!score) return in_step("SSIMULACRA 2", score.error());
  point.ssimulacra2 = *score;
  const Result<Psnr> ratios = psnr(original.picture().view(), distorted);
  if (!ratios) return in_step("PSNR", ratios.error());
  point.psnr_rgb = ratios->rgb;
  point.psnr_y = ratios->y;
  point.psnr_yuv = ratios->yuv;
  return std::nullopt;
}

std::optional<Error> measure_others(const Original& original, const PictureView& decoded, bool with_butteraugli,
                                    Point& point) {
  const PictureView reference = original.picture().view();
  const PictureView distorted = with_code_points_of(original, decoded);
  const Result<double> similarity = ssim(reference, distorted), multi_scale = ms_ssim(reference, distorted);
  if (!similarity) return in_step("SSIM", similarity.error());
  if (!multi_scale) return in_step("MS-SSIM", multi_scale.error());
  point.ssim = *similarity;
  point.ms_ssim = *multi_scale;
  if (with_butteraugli && has_butteraugli()) {
    const Result<Butteraugli> distance = butteraugli(reference, distorted);
    if (!distance) return in_step("Butteraugli", distance.error());
    point.butteraugli3 = distance->norm3;
    point.butteraugli_max = distance->max;
  }
  return std::nullopt;
}

const Point* nearest_point(const std::vector<Point>& points, const std::string& codec, const std::string& image,
                           double score) {
  const Point* nearest = nullptr;
  double smallest = std::numeric_limits<double>::infinity();
  for (const Point& point : points) {
    const double distance = std::abs(point.*leading_metric(point.kind).value - score);
    if (point.codec != codec || point.image != image || !(distance < smallest)) continue;
    smallest = distance;
    nearest = &point;
  }
  return nearest;
}

Result<ArrayError> array_error(const Array& original, const Array& decoded) {
  if (decoded.type != original.type || decoded.data.size() != original.data.size())
    return Error{ErrorCode::invalid_argument, "the decoded array has another type or number of elements"};
  const Result<ArrayMeasures> measures = measure_arrays(original, decoded);
  if (!measures) return measures.error();
  if (measures->differing_not_finite > 0 && std::isfinite(measures->max_error))
    return Error{ErrorCode::invalid_argument, "elements that are not finite have changed"};
  return ArrayError{measures->psnr, measures->snr, measures->max_relative_error, measures->max_error};
}

Result<Point> measure(const Codec& codec, const Original& original, double quality, const Measures& measures) {
  const Result<Encoded> encoded = codec.encode(original.signal, quality, 1);
  if (!encoded) return in_step("encode", encoded.error());
  const Result<Decoded> decoded = codec.decode(encoded->file, 1);
  if (!decoded) return in_step("decode", decoded.error());

  Point point{begin_measurement(codec, original.name, quality, original.signal)};
  point.bytes = encoded->counted_bytes();
  if (codec.packs_bytes()) {
    point.encode_seconds = encoded->seconds;
    point.decode_seconds = decoded->seconds;
  }
  if (measures.judge) {
    const Result<double> loss = measures.judge->loss(original.signal, decoded->signal);
    if (!loss) return in_step("judge", loss.error());
    point.loss = *loss;
  }
  if (point.kind == SignalKind::model) {
    if (const auto error = measure_model(original, decoded->model(), point)) return *error;
    return point;
  }
  if (point.kind == SignalKind::array) {
    if (const auto error = measure_array(original, decoded->array(), point)) return *error;
    return point;
  }
  const PictureView picture = decoded->picture().view();
  if (const auto error = measure_match(original, picture, point)) return *error;
  if (const auto error = measure_others(original, picture, measures.butteraugli, point)) return *error;
  return point;
}

}  // namespace laq::compare
