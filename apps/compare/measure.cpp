#include "compare/measure.h"

#include "io/convert.h"
#include "io/picture_file.h"

namespace laq::compare {
namespace {

Error in_step(const char* step, const Error& error) {
  return Error{error.code, std::string(step) + ": " + error.message};
}

}  // namespace

Result<Original> read_original(const std::string& path, const std::string& name) {
  Result<Picture> read = io::read_picture(path);
  if (!read) return read.error();
  Picture picture = io::upright(*read);
  Result<Ssimulacra2> ssimulacra2 = Ssimulacra2::of(picture.view());
  if (!ssimulacra2) return ssimulacra2.error();
  return Original{name, std::move(picture), std::move(*ssimulacra2)};
}

Result<Point> measure(const Codec& codec, const Original& original, double quality, bool with_butteraugli) {
  const Result<Encoded> encoded = codec.encode(original.picture, quality, 1);
  if (!encoded) return in_step("encode", encoded.error());
  const Result<Decoded> decoded = codec.decode(encoded->file, 1);
  if (!decoded) return in_step("decode", decoded.error());
  const PictureView reference = original.picture.view(), distorted = decoded->picture.view();

  Point point;
  point.codec = codec.name();
  point.q = quality;
  point.image = original.name;
  point.pixels = static_cast<double>(reference.width) * reference.height;
  point.bytes = static_cast<double>(encoded->file.size());
  point.encode_seconds = encoded->seconds;
  point.decode_seconds = decoded->seconds;
  const Result<double> score = original.ssimulacra2.score(distorted);
  if (!score) return in_step("SSIMULACRA 2", score.error());
  point.ssimulacra2 = *score;
  const Result<Psnr> ratios = psnr(reference, distorted);
  if (!ratios) return in_step("PSNR", ratios.error());
  point.psnr_rgb = ratios->rgb;
  point.psnr_y = ratios->y;
  point.psnr_yuv = ratios->yuv;
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
  return point;
}

}  // namespace laq::compare
