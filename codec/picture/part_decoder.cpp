#include "picture/part_decoder.h"

#include <utility>

#include "base/checks.h"
#include "picture/hole_painter.h"
#include "picture/picture_codec.h"
#include "picture/reduce.h"

namespace laq::picture {
namespace {

// The header of a preview, if it is one of this picture.
Result<PicturePayload> read_preview(std::span<const std::byte> preview, const PictureHeader& whole) {
  Result<PicturePayload> payload = read_payload(preview);
  if (!payload) return payload.error();
  const PictureHeader& header = payload->header;
  const auto side = [](uint32_t samples) {
    return static_cast<uint32_t>(reduced(static_cast<int>(samples), kPreviewReduction));
  };
  if (header.width != side(whole.width) || header.height != side(whole.height) || header.channels != whole.channels ||
      header.depth != whole.depth) {
    return Error{ErrorCode::corrupt, "the preview is none of this picture"};
  }
  if (const auto error = check_tiles(*payload)) return *error;
  return payload;
}

}  // namespace

Result<PartDecoder> PartDecoder::open(const PictureFile& file, const PartOptions& options) {
  Result<PicturePayload> payload = read_payload(file.payload, options.allow_partial);
  if (!payload) return payload.error();
  const PictureHeader whole = payload->header;
  const Result<RequestedPart> part = requested_part(options, whole.width, whole.height);
  if (!part) return part.error();
  if (const auto error = check_tiles(*payload)) return *error;
  PartDecoder decoder(std::move(*payload), options, *part);
  if (!file.preview.empty() && part->reduction == kPreviewReduction) {
    Result<PicturePayload> preview = read_preview(file.preview, whole);
    if (!preview) return preview.error();
    decoder.payload_ = std::move(*preview);
    decoder.is_preview_ = true;
    const int x0 = part->x0 / kPreviewReduction, y0 = part->y0 / kPreviewReduction;
    decoder.request_ = {{x0, y0, x0 + part->reduced_width(), y0 + part->reduced_height()}, 1};
    return decoder;
  }
  decoder.request_ = {{part->x0, part->y0, part->x1, part->y1}, part->reduction};
  decoder.preview_ = file.preview;
  return decoder;
}

PartInfo PartDecoder::info() const {
  PartInfo info;
  info.width = static_cast<uint32_t>(part_.reduced_width());
  info.height = static_cast<uint32_t>(part_.reduced_height());
  info.channels = payload_.header.channels;
  info.depth = payload_.header.depth;
  info.is_preview = is_preview_;
  return info;
}

std::vector<PictureRegion> PartDecoder::missing() const {
  std::vector<PictureRegion> regions;
  if (is_preview_) return regions;
  for (const Rectangle& hole : WindowDecoder(payload_, request_, options_.decode).missing()) {
    if (const auto region = within(part_, hole.x0, hole.y0, hole.x1, hole.y1)) regions.push_back(*region);
  }
  return regions;
}

Result<Picture> PartDecoder::decode_preview(uint64_t max_bytes) const {
  const Result<PicturePayload> payload = read_preview(preview_, payload_.header);
  if (!payload) return payload.error();
  DecodeOptions options = options_.decode;
  options.max_bytes = max_bytes;
  options.progress = {};
  return decode_picture(preview_, options);
}

uint64_t PartDecoder::bytes() const {
  return WindowDecoder(payload_, request_, options_.decode).bytes() + missing().size() * sizeof(PictureRegion);
}

std::optional<Error> PartDecoder::decode(RowSink& sink, uint64_t bytes_of_sink) const {
  WindowDecoder decoder(payload_, request_, options_.decode);
  const std::vector<PictureRegion> holes = missing();
  const uint64_t needed = bytes() + bytes_of_sink;
  if (needed > options_.decode.max_bytes) return exceeds_memory(needed, options_.decode);
  if (holes.empty()) return decoder.decode(sink);
  Picture preview;
  if (!preview_.empty()) {
    Result<Picture> decoded = decode_preview(options_.decode.max_bytes - needed);
    if (!decoded) return decoded.error();
    preview = std::move(*decoded);
  }
  HolePainter painter(sink, holes, preview, payload_.header, request_);
  return decoder.decode(painter);
}

}  // namespace laq::picture
