// laq: locally-adaptive quantization. Pictures whose quality differs from place to place, as a mask says.
//
//   const laq::QualityMask mask{picture.width, picture.height, levels.data(), picture.width};
//   laq::Result<std::vector<std::byte>> file = laq::encode(picture.view(), mask, {.quality = 60});
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

// Levels of the caller, not owned, row after row: one for every pixel of the picture, or one for every square of 16
// pixels a side, which are ceil(width / 16) times ceil(height / 16). Those of pixels count by their mean in such a
// square.
//
// A level scales the quantization steps of luma, or gray, that the quality and the local variance give, by
//
//   2^(3 * (128 - level) / 128)
//
// 128 changes nothing, 255 (white) divides them by 8, which makes errors smaller by 18 decibels, 0 (black) multiplies
// them by 8. No place becomes lossless. Steps of chroma and alpha stay those of the quality.
struct QualityMask {
  uint32_t width = 0;
  uint32_t height = 0;
  const uint8_t* levels = nullptr;
  size_t row_bytes = 0;  // distance between rows; at least width
};

// As encode() without a mask. A target counts for the whole picture, whose bytes the mask moves to where it is white.
// Errors: also invalid_argument (a mask of another size or without levels; a target of max_error or quality 100, where
// there are no steps).
LAQ_API Result<std::vector<std::byte>> encode(const PictureView& picture, const QualityMask& mask,
                                              const EncodeOptions& options);

}  // namespace laq
