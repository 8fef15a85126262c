// Encoder only: whether colours were made by a conversion, and of what.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lossless/colour_conversion.h"
#include "lossless/pixel_field.h"

namespace laq::lossless {

// The conversion that gave most colours of a tile, if there is one. pixels: red, green and blue first.
std::optional<Conversion> find_conversion(const PixelField& pixels);

// Replaces colours by what they were made of, so that channels 0, 1, 2 are the chroma of red, luma and the chroma of
// blue. Gives the stream of what the conversion misses, which is empty if it misses nothing.
std::vector<std::byte> convert_pixels(Conversion conversion, PixelField& pixels);

}  // namespace laq::lossless
