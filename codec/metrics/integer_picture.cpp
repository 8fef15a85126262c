#include "metrics/integer_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/float_sample.h"

namespace laq {
namespace {

constexpr uint8_t kUnspecified = 2, kLinear = 8, kPq = 16;

// Light relative to 10000 cd/m2 to its place on the curve, 0..1 (ITU-R BT.2100-2, table 4).
double pq_of(double light) {
  constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 32, kC1 = 3424.0 / 4096, kC2 = 2413.0 / 128, kC3 = 2392.0 / 128;
  const double power = std::pow(light, kM1);
  return std::pow((kC1 + kC2 * power) / (1 + kC3 * power), kM2);
}

}  // namespace

IntegerPicture::IntegerPicture(const PictureView& picture) : given_(picture) {
  if (picture.sample_format == SampleFormat::integer) return;
  Picture& made = converted_.emplace();
  made.width = picture.width;
  made.height = picture.height;
  made.channels = picture.channels;
  made.depth = 16;
  if (picture.metadata != nullptr) made.metadata = *picture.metadata;
  CodePoints points = made.metadata.code_points.value_or(CodePoints{1, kLinear, 0, true});
  const bool is_linear = points.transfer == kLinear || points.transfer == kUnspecified;
  if (is_linear) points = {points.primaries, kPq, 0, true};
  made.metadata.code_points = points;
  made.samples.resize(made.row_bytes() * made.height);
  const size_t channels = static_cast<size_t>(picture.channels), bytes = float_sample_bytes(picture.sample_format);
  const bool has_alpha = channels % 2 == 0;
  std::byte* out = made.samples.data();
  for (uint32_t y = 0; y < picture.height; ++y) {
    const std::byte* in = static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y;
    for (size_t i = 0; i < picture.width * channels; ++i, in += bytes) {
      constexpr double kPeak = 10000.0 / 203;
      const bool is_light = is_linear && !(has_alpha && i % channels == channels - 1);
      const double number = float_sample(in, picture.sample_format);
      const double share = number > 0 ? std::min(is_light ? number / kPeak : number, 1.0) : 0;  // NaN becomes 0
      const auto code = static_cast<uint16_t>(std::lround(65535 * (is_light ? pq_of(share) : share)));
      std::memcpy(out, &code, sizeof code);
      out += sizeof code;
    }
  }
}

}  // namespace laq
