#include <utility>

#include "base/bytes.h"
#include "base/checks.h"
#include "base/row_sink.h"
#include "light/array_part.h"
#include "light/float_picture.h"
#include "light/part_decoder.h"
#include "lossless/lossless_codec.h"
#include "picture/picture_codec.h"

namespace laq::light {

Result<Info> inspect_codes(std::span<const std::byte> payload, const FloatHeader& picture) {
  Result<Info> info =
      picture.coding == Coding::bounded ? lossless::inspect_picture(payload) : picture::inspect_picture(payload);
  if (!info) return info;
  if (info->width != picture.width || info->height != picture.height || info->channels != picture.channels ||
      info->depth != 16)
    return contradiction();
  return info;
}

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options) {
  PartOptions whole;
  whole.decode = options;
  const Result<PartDecoder> decoder = PartDecoder::open({payload, {}}, whole);
  if (!decoder) return decoder.error();
  const PartInfo info = decoder->info();
  Picture picture{info.width, info.height, info.channels, info.depth, {}, {}, info.sample_format};
  const uint64_t bytes = uint64_t{picture.row_bytes()} * picture.height;
  if (const uint64_t needed = decoder->bytes() + bytes; needed > options.max_bytes)
    return exceeds_memory(needed, options);
  picture.samples.resize(bytes);
  PictureSink sink(picture);
  if (const auto error = decoder->decode(sink, bytes)) return *error;
  return picture;
}

Result<Info> inspect_picture(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<FloatHeader> picture = FloatHeader::read(reader);
  if (!picture) return picture.error();
  Info info;
  if (picture->coding == Coding::array) {
    const Result<array::ArrayHeader> header = read_array_header(reader, *picture);
    if (!header) return header.error();
    info.width = picture->width;
    info.height = picture->height;
    info.channels = picture->channels;
    info.quality = 100;
    info.adaptive_quantization = false;
    info.has_bound = true;
    info.float_max_error = header->info.target.kind == ArrayTargetKind::max_error ? header->info.target.value : 0;
  } else {
    Result<Info> of_codes = inspect_codes(reader.rest(), *picture);
    if (!of_codes) return of_codes;
    info = std::move(*of_codes);
    info.quality = picture->quality;
    // A bound on codes is none on samples.
    info.has_bound = false;
    info.max_error = 0;
  }
  info.sample_format = picture->format;
  info.depth = depth_of(info.sample_format);
  return info;
}

}  // namespace laq::light
