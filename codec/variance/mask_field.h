// Applies the caller's mask to the step field, on top of the local variance.
//
//   step(cell) = step(cell) * 2^(3 * (128 - level) / 128),  clamped to 2^-4 .. 2^4 of the base step
// in whole multiples of the step unit. Cells of 16x16 samples. Used by: the encoder of pictures, which sends the field.
#pragma once

#include <cstdint>

#include <laq/laq.hpp>

#include "base/plane.h"

namespace laq {

// Whether the mask has a level for every pixel of such a picture, or for every cell.
bool fits_picture(const QualityMask& mask, uint32_t width, uint32_t height);

// A mask of a picture of width x height samples, which it fits, from a row of the picture on that is a multiple of 16.
struct PlacedMask {
  QualityMask mask;
  uint32_t width, height;
  int first_row;
};

// Moves the step indices of a field, whose last cells may lie beyond the mask; those take the nearest level.
void apply_mask(const PlacedMask& placed, int base_step_index, int step_unit, Plane<uint8_t>& field);

}  // namespace laq
