#include "picture/hole_painter.h"

#include <algorithm>

#include "picture/part_decoder.h"

namespace laq::picture {
namespace {

// Where a pixel lies between two of the preview: the first of them, and how far it is from it, in sixteenths.
struct Between {
  uint32_t first;
  uint32_t second;
  uint32_t sixteenths;
};

// at: a pixel of the picture that is reduced by `factor`. The middles of both pictures' edges coincide.
Between between(uint32_t at, int factor, uint32_t preview_size) {
  const int64_t place = (2 * int64_t{at} + 1) * factor * 16 / (2 * kPreviewReduction) - 8;
  const int64_t inside = std::clamp<int64_t>(place, 0, 16 * (int64_t{preview_size} - 1));
  const auto first = static_cast<uint32_t>(inside / 16);
  return {first, std::min(first + 1, preview_size - 1), static_cast<uint32_t>(inside % 16)};
}

}  // namespace

template <class Sample>
void HolePainter::paint_row(const PictureRegion& hole, uint32_t y, Sample* row) const {
  const auto channels = static_cast<uint32_t>(header_.channels), factor = static_cast<uint32_t>(request_.reduction);
  const auto part_x = static_cast<uint32_t>(request_.part.x0), part_y = static_cast<uint32_t>(request_.part.y0);
  const uint32_t x0 = (hole.x - part_x) / factor, x1 = (hole.x + hole.width - part_x + factor - 1) / factor;
  const uint32_t max_sample = (1u << header_.depth) - 1;
  if (preview_.samples.empty()) {
    for (uint32_t i = x0 * channels; i < x1 * channels; ++i) {
      const bool is_alpha = header_.has_alpha() && i % channels == channels - 1;
      row[i] = static_cast<Sample>(is_alpha ? max_sample : (max_sample + 1) / 2);
    }
    return;
  }
  const Between down = between(y + part_y / factor, request_.reduction, preview_.height);
  const auto row_of = [&](uint32_t preview_y) {
    return reinterpret_cast<const Sample*>(preview_.samples.data() + preview_.row_bytes() * preview_y);
  };
  const Sample *const above = row_of(down.first), *const below = row_of(down.second);
  for (uint32_t x = x0; x < x1; ++x) {
    const Between across = between(x + part_x / factor, request_.reduction, preview_.width);
    for (uint32_t c = 0; c < channels; ++c) {
      const uint32_t left = across.first * channels + c, right = across.second * channels + c;
      const uint32_t top = above[left] * (16 - across.sixteenths) + above[right] * across.sixteenths;
      const uint32_t bottom = below[left] * (16 - across.sixteenths) + below[right] * across.sixteenths;
      row[x * channels + c] =
          static_cast<Sample>((top * (16 - down.sixteenths) + bottom * down.sixteenths + 128) / 256);
    }
  }
}

bool HolePainter::take(uint32_t y, uint32_t count) {
  const RowsOfSamples rows = sink_.room(y);
  const auto factor = static_cast<uint32_t>(request_.reduction), part_y = static_cast<uint32_t>(request_.part.y0);
  for (const PictureRegion& hole : holes_) {
    const uint32_t first = (hole.y - part_y) / factor, end = (hole.y + hole.height - part_y + factor - 1) / factor;
    for (uint32_t row = std::max(first, y); row < std::min(end, y + count); ++row) {
      std::byte* const samples = rows.first + rows.row_bytes * (row - y);
      if (header_.depth > 8) {
        paint_row(hole, row, reinterpret_cast<uint16_t*>(samples));
      } else {
        paint_row(hole, row, reinterpret_cast<uint8_t*>(samples));
      }
    }
  }
  return sink_.take(y, count);
}

}  // namespace laq::picture
