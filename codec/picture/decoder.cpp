// Decoder: a picture payload to samples.
#include <optional>

#include "base/checks.h"
#include "picture/picture_codec.h"
#include "picture/syntax/payload.h"
#include "picture/trace.h"
#include "picture/window_decoder.h"

namespace laq::picture {

Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options, PictureTrace* trace) {
  const Result<PicturePayload> parsed = read_payload(payload);
  if (!parsed) return parsed.error();
  const PictureHeader& header = parsed->header;
  if (const auto error = check_pixels(header.width, header.height, options.max_pixels)) return *error;
  if (const auto error = check_tiles(*parsed)) return *error;
  const PartRequest whole = {{0, 0, static_cast<int>(header.width), static_cast<int>(header.height)}};
  Picture picture{header.width, header.height, header.channels, header.depth, {}, {}};
  const uint64_t needed = WindowDecoder(*parsed, whole, options, trace != nullptr).bytes() +
                          picture.row_bytes() * picture.height +
                          (trace != nullptr ? PictureTracer::bytes(header, options.threads) : 0);
  if (needed > options.max_bytes) return exceeds_memory(needed, options);
  std::optional<PictureTracer> tracer;
  if (trace != nullptr) tracer.emplace(header, payload.size(), *trace);
  picture.samples.resize(picture.row_bytes() * picture.height);
  PictureSink sink(picture);
  WindowDecoder decoder(*parsed, whole, options, trace != nullptr);
  if (const auto error = decoder.decode(sink, tracer ? &*tracer : nullptr)) return *error;
  return picture;
}

Result<Info> inspect_picture(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Result<PictureHeader> header = PictureHeader::read(reader);
  if (!header) return header.error();
  Info info;
  info.width = header->width;
  info.height = header->height;
  info.channels = header->channels;
  info.depth = header->depth;
  info.quality = header->quality;
  info.tune = header->tune;
  info.adaptive_quantization = header->adaptive_quantization;
  return info;
}

}  // namespace laq::picture
