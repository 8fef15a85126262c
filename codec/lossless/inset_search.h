// Encoder: where in a drawn tile there are photographs.
#pragma once

#include <vector>

#include "lossless/header.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

// Rectangles that do not overlap, kMostInsets of them at most.
std::vector<TileArea> find_insets(const PixelField& pixels);

}  // namespace laq::lossless
