#include "picture/part_decoder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/checks.h"
#include "picture/hole_painter.h"
#include "picture/picture_codec.h"
#include "picture/reduce.h"

namespace laq::picture {
namespace {

std::string to_text(const PictureRegion& region) {
  return std::to_string(region.x) + "," + std::to_string(region.y) + "," + std::to_string(region.width) + "," +
         std::to_string(region.height);
}

std::optional<Error> check_region(const PictureRegion& region, const PictureHeader& header) {
  if (region.width == 0 || region.height == 0) return invalid("the region " + to_text(region) + " has no pixels");
  if (uint64_t{region.x} + region.width <= header.width && uint64_t{region.y} + region.height <= header.height)
    return std::nullopt;
  return invalid("the region " + to_text(region) + " (x, y, width, height) is not within the picture of " +
                 std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels");
}

// The pixels of a picture that the region covers, or touches where they are reduced. picture: reduced, if so.
Rectangle rectangle_of(const std::optional<PictureRegion>& region, const PictureHeader& whole, int factor) {
  const PictureRegion r = region.value_or(PictureRegion{0, 0, whole.width, whole.height});
  const auto first = [&](uint32_t begin) { return static_cast<int>(begin) / factor; };
  const auto end = [&](uint32_t begin, uint32_t size) { return reduced(static_cast<int>(begin + size), factor); };
  return {first(r.x), first(r.y), end(r.x, r.width), end(r.y, r.height)};
}

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
  const int factor = options.reduction;
  if (factor != 1 && factor != 2 && factor != 4 && factor != 8)
    return invalid("reduction is " + std::to_string(factor) + ", it must be 1, 2, 4 or 8");
  Result<PicturePayload> payload = read_payload(file.payload, options.allow_partial);
  if (!payload) return payload.error();
  const PictureHeader whole = payload->header;
  if (const auto error = check_pixels(whole.width, whole.height, options.decode.max_pixels)) return *error;
  if (options.region) {
    if (const auto error = check_region(*options.region, whole)) return *error;
  }
  if (const auto error = check_tiles(*payload)) return *error;
  PartDecoder decoder(std::move(*payload), options);
  Rectangle& part = decoder.request_.part;
  part = rectangle_of(options.region, whole, factor);
  if (!file.preview.empty() && factor == kPreviewReduction) {
    Result<PicturePayload> preview = read_preview(file.preview, whole);
    if (!preview) return preview.error();
    decoder.payload_ = std::move(*preview);
    decoder.is_preview_ = true;
    return decoder;
  }
  decoder.request_.reduction = factor;
  part = {part.x0 * factor, part.y0 * factor, std::min(part.x1 * factor, static_cast<int>(whole.width)),
          std::min(part.y1 * factor, static_cast<int>(whole.height))};
  decoder.preview_ = file.preview;
  return decoder;
}

PartInfo PartDecoder::info() const {
  const Rectangle& part = request_.part;
  PartInfo info;
  info.width = static_cast<uint32_t>(reduced(part.x1 - part.x0, request_.reduction));
  info.height = static_cast<uint32_t>(reduced(part.y1 - part.y0, request_.reduction));
  info.channels = payload_.header.channels;
  info.depth = payload_.header.depth;
  info.is_preview = is_preview_;
  return info;
}

std::vector<PictureRegion> PartDecoder::missing() const {
  std::vector<PictureRegion> regions;
  if (is_preview_) return regions;
  const Rectangle& part = request_.part;
  for (const Rectangle& hole : WindowDecoder(payload_, request_, options_.decode).missing()) {
    const int x0 = std::max(hole.x0, part.x0), x1 = std::min(hole.x1, part.x1);
    const int y0 = std::max(hole.y0, part.y0), y1 = std::min(hole.y1, part.y1);
    if (x0 >= x1 || y0 >= y1) continue;
    regions.push_back({static_cast<uint32_t>(x0), static_cast<uint32_t>(y0), static_cast<uint32_t>(x1 - x0),
                       static_cast<uint32_t>(y1 - y0)});
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

std::optional<Error> PartDecoder::decode(RowSink& sink, uint64_t bytes_of_sink) const {
  WindowDecoder decoder(payload_, request_, options_.decode);
  const std::vector<PictureRegion> holes = missing();
  uint64_t needed = decoder.bytes() + bytes_of_sink + holes.size() * sizeof(PictureRegion);
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
