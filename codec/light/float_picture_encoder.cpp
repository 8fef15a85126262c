#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include <laq/array.hpp>

#include "array/array_codec.h"
#include "base/checks.h"
#include "base/float_sample.h"
#include "base/without_exceptions.h"
#include "light/float_picture.h"
#include "light/light_sinks.h"
#include "picture/part_decoder.h"

namespace laq::light {
namespace {

// Light this many octaves below the median is still coded by its logarithm.
constexpr int kOctavesBelowMedian = 6;

FloatHeader header_of(const PictureView& picture) {
  FloatHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.format = picture.sample_format;
  return header;
}

// Calls use(sample, channel, x, y) for all samples, until it gives false.
template <class Use>
void for_each_sample(const PictureView& picture, const Use& use) {
  const size_t channels = static_cast<size_t>(picture.channels), bytes = float_sample_bytes(picture.sample_format);
  for (uint32_t y = 0; y < picture.height; ++y) {
    const std::byte* const row = static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y;
    for (size_t i = 0; i < picture.width * channels; ++i) {
      if (!use(float_sample(row + i * bytes, picture.sample_format), static_cast<int>(i % channels),
               static_cast<uint32_t>(i / channels), y))
        return;
    }
  }
}

std::optional<Error> check_finite(const PictureView& picture) {
  std::optional<Error> error;
  for_each_sample(picture, [&](float value, int, uint32_t x, uint32_t y) {
    if (std::isfinite(value)) return true;
    error = invalid("picture.samples has " + std::string(std::isnan(value) ? "NaN" : "infinity") + " at column " +
                    std::to_string(x) + ", row " + std::to_string(y) +
                    ", which only pictures without loss or with a bound keep (ask for no loss, or replace it)");
    return false;
  });
  return error;
}

// The exponent of the median size of the samples that are not 0.
struct Sizes {
  std::array<uint64_t, 256> of_field{};
  uint64_t count = 0;

  void add(float value) {
    if (value == 0) return;
    ++of_field[static_cast<size_t>(std::bit_cast<uint32_t>(value) >> kOctaveBits & 0xff)];
    ++count;
  }
  int toe() const {
    int field = 0;
    for (uint64_t before = of_field[0]; field < 254 && 2 * before < count; before += of_field[++field]) continue;
    return std::clamp(field - 127 - kOctavesBelowMedian, kLeastToe, kGreatestToe);
  }
};

// The codes of a picture's samples.
Picture codes_of(const PictureView& picture, const FloatHeader& header) {
  Picture codes{picture.width, picture.height, picture.channels, 16, {}, {}};
  codes.samples.resize(codes.row_bytes() * codes.height);
  std::byte* out = codes.samples.data();
  for_each_sample(picture, [&](float value, int channel, uint32_t, uint32_t) {
    const uint16_t code = header.code_of_channel(channel).code_of(value);
    std::memcpy(out, &code, sizeof code);
    out += sizeof code;
    return true;
  });
  return codes;
}

}  // namespace

Result<std::vector<std::byte>> encode_array(const PictureView& picture, double max_error,
                                            const EncodeOptions& options) {
  const DefaultFloatingPoint environment;
  const auto bytes = [](size_t n) { return static_cast<int64_t>(n); };
  const size_t sample = float_sample_bytes(picture.sample_format);
  ArrayView array;
  array.type = picture.sample_format == SampleFormat::float32 ? ElementType::float32 : ElementType::float16;
  array.shape = {static_cast<uint64_t>(picture.channels), picture.height, picture.width};
  array.strides = {bytes(sample), bytes(picture.row_bytes), bytes(sample * static_cast<size_t>(picture.channels))};
  array.data = picture.samples;
  ArrayEncodeOptions of_array;
  if (max_error > 0) of_array.target = {ArrayTargetKind::max_error, max_error};
  of_array.effort = options.effort;
  of_array.threads = options.threads;
  of_array.progress = options.progress;
  of_array.pool = options.pool;
  const auto payload = array::encode_array(array, of_array, [](size_t payload_bytes) { return payload_bytes; });
  if (!payload) return payload.error();
  ByteWriter writer;
  header_of(picture).write(writer);
  writer.append(*payload);
  return writer.take();
}

Result<CodedLight> to_codes(const PictureView& picture) {
  if (auto error = check_finite(picture)) return *error;
  CodedLight light{header_of(picture), {}};
  Sizes colours, alpha;
  const auto is_alpha = [&](int channel) { return light.header.has_alpha() && channel == picture.channels - 1; };
  for_each_sample(picture, [&](float value, int channel, uint32_t, uint32_t) {
    (is_alpha(channel) ? alpha : colours).add(value);
    return true;
  });
  const auto choose = [&](LightCode& code, const Sizes& sizes, bool of_alpha) {
    code.toe = sizes.toe();
    int64_t least = kMostPlace, greatest = -kMostPlace;
    for_each_sample(picture, [&](float value, int channel, uint32_t, uint32_t) {
      if (is_alpha(channel) != of_alpha) return true;
      const int64_t place = place_of(value, code.toe);
      least = std::min(least, place);
      greatest = std::max(greatest, place);
      return true;
    });
    code.least = least;
    code.range = static_cast<uint64_t>(greatest - least);
  };
  choose(light.header.colours, colours, false);
  if (light.header.has_alpha()) choose(light.header.alpha, alpha, true);
  light.codes = codes_of(picture, light.header);
  return light;
}

Picture preview_of(const CodedLight& light, const PictureView& picture) {
  constexpr uint32_t kReduction = picture::kPreviewReduction;
  const auto side = [](uint32_t samples) { return (samples + kReduction - 1) / kReduction; };
  Picture means{side(picture.width),  side(picture.height), picture.channels, picture.depth, {}, {},
                picture.sample_format};
  means.samples.resize(means.row_bytes() * means.height);
  PictureSink sink(means);
  ReducingSink reducing({picture.width, picture.height, picture.channels, picture.sample_format}, kReduction, sink);
  const size_t row_bytes =
      picture.width * static_cast<size_t>(picture.channels) * float_sample_bytes(picture.sample_format);
  for (uint32_t y = 0; y < picture.height; ++y) {
    std::memcpy(reducing.room(y).first, static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y,
                row_bytes);
    reducing.take(y, 1);
  }
  return codes_of(means.view(), light.header);
}

std::vector<std::byte> write_payload(const CodedLight& light, Coding coding, float quality,
                                     std::span<const std::byte> of_codes) {
  FloatHeader header = light.header;
  header.coding = coding;
  header.quality = quality;
  ByteWriter writer;
  header.write(writer);
  writer.append(of_codes);
  return writer.take();
}

}  // namespace laq::light
