#include "picture/preview_encoder.h"

#include <algorithm>

#include "picture/colour.h"
#include "picture/part_decoder.h"
#include "picture/picture_codec.h"
#include "picture/reduce.h"

namespace laq::picture {
namespace {

// What the preview loses is seen for the moment that the rest takes to arrive. So it is coarser than the picture.
constexpr float kQualityShare = 0.625f;

}  // namespace

PreviewEncoder::PreviewEncoder(const PictureView& picture) {
  const auto side = [](uint32_t samples) {
    return static_cast<uint32_t>(reduced(static_cast<int>(samples), kPreviewReduction));
  };
  preview_.width = side(picture.width);
  preview_.height = side(picture.height);
  preview_.channels = picture.channels;
  preview_.depth = picture.depth;
  preview_.samples.resize(preview_.row_bytes() * preview_.height);
}

void PreviewEncoder::add(const PictureView& rows) {
  constexpr uint32_t kBand = 64;
  PictureHeader header;
  header.width = rows.width;
  header.channels = rows.channels;
  header.depth = rows.depth;
  for (uint32_t y = 0; y < rows.height; y += kBand) {
    header.height = std::min(kBand, rows.height - y);
    PictureView band = rows;
    band.height = header.height;
    band.samples = static_cast<const std::byte*>(rows.samples) + rows.row_bytes * y;
    const std::vector<Plane<uint16_t>> planes = to_planes(band, header, 1);
    const Rectangle all = {0, 0, static_cast<int>(header.width), static_cast<int>(header.height)};
    const std::vector<Plane<uint16_t>> means = reduce(planes, all, kPreviewReduction);
    const int height = reduced(all.y1, kPreviewReduction);
    from_planes({means, 0, 0, static_cast<int>(preview_.width), height}, header,
                {preview_.samples.data() + preview_.row_bytes() * rows_, preview_.row_bytes()}, 1);
    rows_ += static_cast<uint32_t>(height);
  }
}

Result<std::vector<std::byte>> PreviewEncoder::encode(const EncodeOptions& options) const {
  EncodeOptions of_preview = options;
  of_preview.quality = options.quality * kQualityShare;
  of_preview.target = {};
  of_preview.progress = {};
  of_preview.mask = nullptr;
  return encode_picture(preview_.view(), of_preview);
}

}  // namespace laq::picture
