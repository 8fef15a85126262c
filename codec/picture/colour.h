// Colour: samples of the caller to coding planes, and back.
//
// Planes are luma, and with colour the two chroma differences, of the Y'CbCr matrix of ITU-R BT.709 in full range, then
// alpha; all in coding depth (see PictureHeader), chroma centred on half of the range. Integer arithmetic with 14-bit
// factors; the way back is normative.
#pragma once

#include <vector>

#include <laq/laq.hpp>

#include "base/plane.h"
#include "picture/syntax/header.h"

namespace laq::picture {

// padded_width() x padded_height() planes; the last column and row are repeated into the padding.
std::vector<Plane<uint16_t>> to_planes(const PictureView& picture, const PictureHeader& header, int threads);

Picture from_planes(const std::vector<Plane<uint16_t>>& planes, const PictureHeader& header, int threads);

}  // namespace laq::picture
