// What encoders decide before they search: how the picture is cut and quantized, and the steps that follow its
// variance.
#pragma once

#include <cstdint>
#include <vector>

#include <laq/laq.hpp>

#include "base/plane.h"
#include "picture/syntax/header.h"

namespace laq::picture {

// Sizes, quality and base step; neither tiles nor quantization. picture: its samples are not looked at.
PictureHeader make_header(const PictureView& picture, const EncodeOptions& options);

// Both follow from the rest of the header, above all from screen_content.
void choose_tiles(PictureHeader& header);
void choose_quantization(PictureHeader& header);

// The step fields of the groups of planes, for planes of luma's size. luma: of the picture, or of its rows from
// `first_row` on; then the fields of the first and the last two rows of cells may differ from those of the whole. mask:
// null, or of the whole picture.
std::vector<Plane<uint8_t>> step_fields(const PictureHeader& header, const Plane<uint16_t>& luma,
                                        const QualityMask* mask, int first_row);

}  // namespace laq::picture
