#include "io/picture/convert.h"

#include <algorithm>
#include <cstring>

namespace laq::io {
namespace {

// A picture of the given shape with the metadata of `like` and samples of zero.
Picture blank(const Picture& like, uint32_t width, uint32_t height, int channels, int depth) {
  Picture picture{width, height, channels, depth, {}, like.metadata, like.sample_format};
  picture.samples.resize(picture.row_bytes() * height);
  return picture;
}

}  // namespace

Picture with_depth(const Picture& picture, int depth) {
  if (depth == picture.depth || picture.sample_format != SampleFormat::integer) return picture;
  Picture result = blank(picture, picture.width, picture.height, picture.channels, depth);
  const uint32_t from = (1u << picture.depth) - 1;
  const uint32_t to = (1u << depth) - 1;
  const size_t samples = picture.samples.size() / picture.sample_bytes();
  for (size_t i = 0; i < samples; ++i) set_sample(result, i, (sample(picture, i) * to + from / 2) / from);
  return result;
}

Picture with_colour(const Picture& picture) {
  if (picture.channels > 2) return picture;
  Picture result = blank(picture, picture.width, picture.height, picture.channels + 2, picture.depth);
  const size_t pixels = size_t{picture.width} * picture.height;
  for (size_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < 3; ++c) set_sample(result, i * result.channels + c, sample(picture, i * picture.channels));
    if (picture.channels == 2) set_sample(result, i * 4 + 3, sample(picture, i * 2 + 1));
  }
  return result;
}

void unpremultiply(Noted<Picture>& picture) {
  if (picture.channels % 2 != 0) return;
  picture.notes.remark(kUnpremultipliedRemark);
  const uint32_t full = (1u << picture.depth) - 1;
  const size_t samples = picture.samples.size() / picture.sample_bytes(), channels = picture.channels;
  for (size_t i = 0; i < samples; i += channels) {
    const uint32_t alpha = sample(picture, i + channels - 1);
    for (size_t c = i; c + 1 < i + channels; ++c) {
      const uint32_t value = sample(picture, c);
      set_sample(picture, c, alpha == 0 ? 0 : std::min(full, (value * full + alpha / 2) / alpha));
    }
  }
}

Picture upright(const Picture& picture) {
  const int orientation = picture.metadata.orientation;
  if (orientation < 2 || orientation > 8) return picture;
  const bool exchanged = orientation >= 5;
  const uint32_t width = picture.width, height = picture.height;
  Picture result = exchanged ? blank(picture, height, width, picture.channels, picture.depth)
                             : blank(picture, width, height, picture.channels, picture.depth);
  result.metadata.orientation = 1;
  if (exchanged) std::swap(result.metadata.pixels_per_metre_x, result.metadata.pixels_per_metre_y);
  const size_t pixel_bytes = picture.channels * picture.sample_bytes();
  for (uint32_t y = 0; y < result.height; ++y) {
    for (uint32_t x = 0; x < result.width; ++x) {
      // Find the stored sample. In TIFF 6.0, orientation 6 means "row 0 is the right side, column 0 the top".
      const uint32_t along = exchanged ? y : x, across = exchanged ? x : y;
      const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      const uint32_t from_x = mirror_x ? width - 1 - along : along;
      const uint32_t from_y = mirror_y ? height - 1 - across : across;
      std::memcpy(&result.samples[y * result.row_bytes() + x * pixel_bytes],
                  &picture.samples[from_y * picture.row_bytes() + from_x * pixel_bytes], pixel_bytes);
    }
  }
  return result;
}

}  // namespace laq::io
