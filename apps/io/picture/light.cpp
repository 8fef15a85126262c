#include "io/picture/light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "io/picture/transfer.h"
#include "laq/float16.hpp"
#include "laq/metrics.hpp"

namespace laq::io {
namespace {

void remark_count(uint64_t count, const char* what, Notes& notes) {
  if (count > 0) notes.remark(std::to_string(count) + (count == 1 ? " value " : " values ") + what);
}

constexpr uint32_t kMostCode = 65535;

// Whether floating-point samples are light.
bool is_linear(const CodePoints& points) {
  constexpr uint8_t kUnspecified = 2;
  return points.transfer == kTransferLinear || points.transfer == kUnspecified;
}

// Floating-point samples without code points are light.
CodePoints code_points_of_floats(const Picture& picture) {
  return picture.metadata.code_points.value_or(CodePoints{kPrimariesBt709, kTransferLinear, 0, true});
}

float number_at(const std::byte* from, SampleFormat format) {
  if (format == SampleFormat::float16) {
    Float16 half;
    std::memcpy(&half, from, sizeof half);
    return static_cast<float>(static_cast<double>(half));
  }
  float value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void put_number(float value, SampleFormat format, std::byte* to) {
  const Float16 half(value);
  if (format == SampleFormat::float16) {
    std::memcpy(to, &half, sizeof half);
  } else {
    std::memcpy(to, &value, sizeof value);
  }
}

// The least light that has each PQ code of 16 bits after 0: codes are rounded to the nearest.
const std::vector<float>& least_light() {
  static const std::vector<float> kLight = [] {
    std::vector<float> light(kMostCode);
    for (uint32_t i = 0; i < kMostCode; ++i)
      light[i] = static_cast<float>(*linear_light((i + 0.5) / kMostCode, kTransferPq));
    return light;
  }();
  return kLight;
}

}  // namespace

FloatReader::FloatReader(uint32_t width, uint32_t height, int channels, uint8_t primaries, bool is_premultiplied,
                         SampleFormat format)
    : is_premultiplied_(is_premultiplied) {
  picture_.width = width;
  picture_.height = height;
  picture_.channels = channels;
  picture_.depth = depth_of(format);
  picture_.sample_format = format;
  picture_.metadata.code_points = CodePoints{primaries, kTransferLinear, 0, true};
}

void FloatReader::put_row(uint32_t y, std::span<const float> values) {
  const size_t channels = static_cast<size_t>(picture_.channels), colours = channels < 3 ? 1 : 3;
  const size_t end = (size_t{y} + 1) * picture_.row_bytes();
  if (picture_.samples.size() < end) picture_.samples.resize(end);
  std::byte* to = picture_.samples.data() + y * picture_.row_bytes();
  for (size_t i = 0; i < values.size(); ++i) {
    const float alpha = channels > colours ? values[i - i % channels + colours] : 1;
    const bool is_divided = is_premultiplied_ && i % channels < colours && alpha > 0 && alpha < 1;
    put_number(is_divided ? values[i] / alpha : values[i], picture_.sample_format, to);
    to += picture_.sample_bytes();
  }
}

Noted<Picture> without_floats(const Picture& picture) {
  const CodePoints points = code_points_of_floats(picture);
  const bool is_light = is_linear(points);
  LightReader light(picture.width, picture.height, picture.channels, points.primaries);
  const size_t channels = static_cast<size_t>(picture.channels), colours = channels < 3 ? 1 : 3;
  std::vector<float> row(picture.width * channels);
  uint64_t above = 0;
  for (uint32_t y = 0; y < picture.height; ++y) {
    const std::byte* from = picture.samples.data() + y * picture.row_bytes();
    for (size_t i = 0; i < row.size(); ++i, from += picture.sample_bytes()) {
      float& value = row[i] = number_at(from, picture.sample_format);
      // The curve of PQ goes the other way in LightReader, which leaves alpha as it is.
      if (is_light || i % channels >= colours || !(value > 0)) continue;
      above += value > 1;
      value = static_cast<float>(*linear_light(std::min(value, 1.0F), kTransferPq));
    }
    light.put_row(y, row);
  }
  Noted<Picture> made = light.finish();
  const CodePoints made_points = is_light ? *made.metadata.code_points : points;
  made.metadata = picture.metadata;
  made.metadata.code_points = made_points;
  remark_count(above, "above 1, which become 1", made.notes);
  made.notes.remark(is_light ? "floating-point samples become 16 bits of PQ, where 1 is 203 cd/m2"
                             : "floating-point samples become 16 bits");
  return made;
}

LightReader::LightReader(uint32_t width, uint32_t height, int channels, uint8_t primaries) {
  picture_.width = width;
  picture_.height = height;
  picture_.channels = channels;
  picture_.depth = 16;
  picture_.metadata.code_points = CodePoints{primaries, kTransferPq, 0, true};
}

uint16_t LightReader::code(float light) {
  constexpr float kMost = static_cast<float>(kPqPeak / kReferenceWhite);
  not_numbers_ += std::isnan(light);
  below_ += light < 0;
  above_ += light > kMost;
  if (!(light > 0)) return 0;
  const std::vector<float>& least = least_light();
  return static_cast<uint16_t>(std::ranges::upper_bound(least, light) - least.begin());
}

void LightReader::put_row(uint32_t y, std::span<const float> values) {
  const size_t channels = static_cast<size_t>(picture_.channels), colours = channels < 3 ? 1 : 3;
  const size_t end = (size_t{y} + 1) * picture_.row_bytes();
  if (picture_.samples.size() < end) picture_.samples.resize(end);
  std::byte* to = picture_.samples.data() + y * picture_.row_bytes();
  const auto put = [&](uint16_t value) {
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  };
  for (size_t i = 0; i + channels <= values.size(); i += channels) {
    const float alpha = channels > colours ? values[i + colours] : 1;
    for (size_t c = 0; c < colours; ++c) put(code(values[i + c]));
    if (channels == colours) continue;
    cut_alpha_ += !(alpha >= 0 && alpha <= 1);
    put(static_cast<uint16_t>(std::lround(65535 * (alpha > 0 ? std::min(alpha, 1.0F) : 0.0F))));
  }
}

Noted<Picture> LightReader::finish() {
  remark_count(below_, "below 0, which become 0", picture_.notes);
  remark_count(not_numbers_, "that are not numbers, which become 0", picture_.notes);
  remark_count(above_, "above 10000 cd/m2, which become that", picture_.notes);
  remark_count(cut_alpha_, "of alpha that are not 0 to 1, which become the nearer of these", picture_.notes);
  return std::move(picture_);
}

LightWriter::LightWriter(const Picture& picture, bool is_premultiplied)
    : picture_(picture), is_premultiplied_(is_premultiplied) {
  const bool is_integer = picture.sample_format == SampleFormat::integer;
  const CodePoints points =
      is_integer ? picture.metadata.code_points.value_or(CodePoints()) : code_points_of_floats(picture);
  transfer_ = points.transfer;
  is_light_ = !is_integer && is_linear(points);
  is_known_ = is_light_ || linear_light(0, transfer_).ok();
  if (!is_integer) return;
  const uint8_t curve = is_known_ ? transfer_ : kTransferSrgb;
  const uint32_t full = (1u << picture.depth) - 1;
  double black = 0, range = full;
  if (!points.is_full_range) {  // H.273, 8.3: black is 16 and white 235 for 8 bits
    const double unit = std::ldexp(1.0, picture.depth - 8);
    black = 16 * unit;
    range = 219 * unit;
  }
  black_ = static_cast<uint32_t>(std::ceil(black));
  // PQ ends at its peak; the other curves go on.
  brightest_ = curve == kTransferPq ? std::min(full, static_cast<uint32_t>(black + range)) : full;
  light_.resize(full + 1);
  for (uint32_t v = 0; v <= full; ++v)
    light_[v] = static_cast<float>(*linear_light(std::max(v - black, 0.0) / range, curve));
}

std::span<const float> LightWriter::row(const std::byte* samples) {
  const size_t channels = static_cast<size_t>(picture_.channels), colours = channels < 3 ? 1 : 3;
  row_.resize(picture_.width * channels);
  const bool is_integer = picture_.sample_format == SampleFormat::integer;
  if (is_integer)
    put_integers(samples);
  else
    put_floats(samples);
  for (size_t i = 0; i < row_.size(); i += channels) {
    if (transfer_ == kTransferHlg) {
      const bool is_gray = colours == 1;
      const std::array<double, 3> display =
          hlg_display_light({row_[i], row_[is_gray ? i : i + 1], row_[is_gray ? i : i + 2]});
      for (size_t c = 0; c < colours; ++c) row_[i + c] = static_cast<float>(display[c]);
    }
    if (!is_premultiplied_ || channels == colours) continue;
    // FloatReader does not divide by another alpha.
    const float alpha = row_[i + colours];
    const bool is_multiplied = is_integer || (alpha > 0 && alpha < 1);
    for (size_t c = 0; c < colours && is_multiplied; ++c) row_[i + c] *= alpha;
  }
  return row_;
}

void LightWriter::put_integers(const std::byte* from) {
  const size_t channels = static_cast<size_t>(picture_.channels), colours = channels < 3 ? 1 : 3;
  const uint32_t full = (1u << picture_.depth) - 1;
  const size_t bytes = picture_.sample_bytes();
  for (size_t i = 0; i < row_.size(); ++i, from += bytes) {
    uint16_t value = 0;
    if (bytes == 2)
      std::memcpy(&value, from, sizeof value);
    else
      value = std::to_integer<uint16_t>(*from);
    const uint32_t limited = std::min<uint32_t>(value, full);
    const bool is_alpha = i % channels >= colours;
    row_[i] = is_alpha ? static_cast<float>(limited) / static_cast<float>(full) : light_[limited];
    below_ += !is_alpha && limited < black_;
    above_ += !is_alpha && limited > brightest_;
  }
}

// Floating-point samples of another transfer than that of light are encoded ones.
void LightWriter::put_floats(const std::byte* from) {
  const size_t channels = static_cast<size_t>(picture_.channels), colours = channels < 3 ? 1 : 3;
  for (size_t i = 0; i < row_.size(); ++i, from += picture_.sample_bytes()) {
    row_[i] = number_at(from, picture_.sample_format);
    if (is_light_ || i % channels >= colours) continue;
    const Result<double> light = linear_light(row_[i], transfer_);
    row_[i] = static_cast<float>(light ? *light : *linear_light(row_[i], kTransferSrgb));
  }
}

void LightWriter::note_losses(Notes& notes) const {
  if (!is_known_) notes.remark("has transfer " + std::to_string(transfer_) + ", which is taken for sRGB");
  remark_count(below_, "below black, which become black", notes);
  remark_count(above_, "above 10000 cd/m2, which become that", notes);
}

}  // namespace laq::io
