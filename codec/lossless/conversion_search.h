// Encoder only: finds the conversion that made the colours of a tile, and undoes it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lossless/colour_conversion.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

// The conversion that gave most colours of a tile, if there is one. pixels: red, green and blue first.
std::optional<Conversion> find_conversion(const PixelField& pixels);

// Replaces colours by their luma and chromas: channels 0, 1, 2 become the chroma of red, luma and the chroma of blue.
// Gives the stream of corrections, which is empty if the conversion gives all colours.
std::vector<std::byte> convert_pixels(Conversion conversion, PixelField& pixels);

}  // namespace laq::lossless
