// Colour: samples of the caller to coding planes, and back.
//
// Planes are luma, and with colour the two chroma differences, of the Y'CbCr matrix of ITU-R BT.709 in full range, then
// alpha; all in coding depth (see PictureHeader), chroma centred on half of the range. Integer arithmetic with 14-bit
// factors; the way back is normative.
#pragma once

#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "base/parallel.h"
#include "base/plane.h"
#include "base/row_sink.h"
#include "picture/syntax/header.h"

namespace laq::picture {

// padded_width() x padded_height() planes; the last column and row are repeated into the padding.
std::vector<Plane<uint16_t>> to_planes(const PictureView& picture, const PictureHeader& header, const Workers& workers);

// Some rows and columns of planes, to interleaved samples.
struct PlaneRows {
  std::span<const Plane<uint16_t>> planes;
  int x = 0;  // the first sample
  int y = 0;
  int width = 0;
  int height = 0;
};
void from_planes(const PlaneRows& rows, const PictureHeader& header, const RowsOfSamples& out, const Workers& workers);

// The whole picture.
Picture from_planes(const std::vector<Plane<uint16_t>>& planes, const PictureHeader& header, const Workers& workers);

}  // namespace laq::picture
