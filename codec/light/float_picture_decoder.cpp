#include <cstring>

#include <laq/array.hpp>
#include <laq/float16.hpp>

#include "array/array_codec.h"
#include "array/header.h"
#include "base/checks.h"
#include "base/float_sample.h"
#include "base/without_exceptions.h"
#include "light/float_picture.h"
#include "lossless/lossless_codec.h"
#include "picture/picture_codec.h"

namespace laq::light {
namespace {

struct FloatPayload {
  FloatHeader header;
  std::span<const std::byte> rest;
};

Result<FloatPayload> read(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<FloatHeader> header = FloatHeader::read(reader);
  if (!header) return header.error();
  return FloatPayload{*header, reader.rest()};
}

Error contradiction() {
  return {ErrorCode::corrupt, "the samples have another size or type than the header says"};
}

Result<array::ArrayHeader> read_array_header(const FloatPayload& read) {
  ByteReader reader(read.rest);
  Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
  if (!header) return header.error();
  const FloatHeader& picture = read.header;
  const std::vector<uint64_t> shape = {static_cast<uint64_t>(picture.channels), picture.height, picture.width};
  const ElementType type = picture.format == SampleFormat::float32 ? ElementType::float32 : ElementType::float16;
  if (header->info.shape != shape || header->info.type != type) return contradiction();
  const ArrayTargetKind kind = header->info.target.kind;
  if (kind != ArrayTargetKind::lossless && kind != ArrayTargetKind::max_error) return contradiction();
  return header;
}

Result<Info> inspect_codes(const FloatPayload& read) {
  Result<Info> info = read.header.coding == Coding::bounded ? lossless::inspect_picture(read.rest)
                                                            : picture::inspect_picture(read.rest);
  if (!info) return info;
  const FloatHeader& picture = read.header;
  if (info->width != picture.width || info->height != picture.height || info->channels != picture.channels ||
      info->depth != 16)
    return contradiction();
  return info;
}

Picture blank(const FloatHeader& header) {
  Picture picture{header.width, header.height, header.channels, depth_of(header.format), {}, {}, header.format};
  picture.samples.resize(picture.row_bytes() * picture.height);
  return picture;
}

uint64_t bytes_of(const FloatHeader& header) {
  return uint64_t{float_sample_bytes(header.format)} * static_cast<uint64_t>(header.channels) * header.width *
         header.height;
}

// The array has channels one after the other.
Result<Picture> decode_array(const FloatPayload& read, DecodeOptions options) {
  if (const auto header = read_array_header(read); !header) return header.error();
  if (options.max_pixels < UINT64_MAX / 4) options.max_pixels *= 4;  // it counts elements
  const Result<Array> array = array::decode_array(read.rest, nullptr, options);
  if (!array) return array.error();
  Picture picture = blank(read.header);
  const size_t sample = picture.sample_bytes(), channels = static_cast<size_t>(picture.channels),
               pixels = size_t{picture.width} * picture.height;
  const std::byte* from = array->data.data();
  for (size_t channel = 0; channel < channels; ++channel) {
    for (size_t i = 0; i < pixels; ++i, from += sample)
      std::memcpy(picture.samples.data() + (i * channels + channel) * sample, from, sample);
  }
  return picture;
}

Result<Picture> decode_codes(const FloatPayload& read, const DecodeOptions& options) {
  if (const auto info = inspect_codes(read); !info) return info.error();
  const bool is_bounded = read.header.coding == Coding::bounded;
  const Result<Picture> codes =
      is_bounded ? lossless::decode_picture(read.rest, options) : picture::decode_picture(read.rest, options);
  if (!codes) return codes.error();
  Picture picture = blank(read.header);
  std::byte* out = picture.samples.data();
  const size_t samples = codes->samples.size() / sizeof(uint16_t), channels = static_cast<size_t>(picture.channels);
  for (size_t i = 0; i < samples; ++i) {
    uint16_t code;
    std::memcpy(&code, codes->samples.data() + i * sizeof code, sizeof code);
    const float number = read.header.code_of_channel(static_cast<int>(i % channels)).number_of(code);
    if (picture.sample_format == SampleFormat::float32) {
      std::memcpy(out, &number, sizeof number);
      out += sizeof number;
    } else {
      const Float16 half(number);
      std::memcpy(out, &half, sizeof half);
      out += sizeof half;
    }
  }
  return picture;
}

}  // namespace

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options) {
  const Result<FloatPayload> parsed = read(payload);
  if (!parsed) return parsed.error();
  const FloatHeader& header = parsed->header;
  if (const auto error = check_pixels(header.width, header.height, options.max_pixels)) return *error;
  const uint64_t bytes = bytes_of(header);
  if (bytes > options.max_bytes) return exceeds_memory(bytes, options);
  DecodeOptions rest = options;
  rest.max_bytes -= bytes;
  const DefaultFloatingPoint environment;
  return header.coding == Coding::array ? decode_array(*parsed, rest) : decode_codes(*parsed, rest);
}

Result<Info> inspect_picture(std::span<const std::byte> payload) {
  const Result<FloatPayload> parsed = read(payload);
  if (!parsed) return parsed.error();
  Info info;
  if (parsed->header.coding == Coding::array) {
    const Result<array::ArrayHeader> header = read_array_header(*parsed);
    if (!header) return header.error();
    info.width = parsed->header.width;
    info.height = parsed->header.height;
    info.channels = parsed->header.channels;
    info.quality = 100;
    info.adaptive_quantization = false;
    info.has_bound = true;
    info.float_max_error = header->info.target.kind == ArrayTargetKind::max_error ? header->info.target.value : 0;
  } else {
    Result<Info> of_codes = inspect_codes(*parsed);
    if (!of_codes) return of_codes;
    info = std::move(*of_codes);
    info.quality = parsed->header.quality;
    // A bound on codes is none on samples.
    info.has_bound = false;
    info.max_error = 0;
  }
  info.sample_format = parsed->header.format;
  info.depth = depth_of(info.sample_format);
  return info;
}

}  // namespace laq::light
