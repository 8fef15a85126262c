// PNG by libpng.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// Every valid PNG. Palettes become RGB, transparent colours an alpha channel, gray of 1, 2 and 4 bits 8 bits; gAMA,
// bKGD and sBIT are ignored. Keeps the ICC profile, Exif, XMP and a resolution in metres.
Result<Picture> decode_png(std::span<const std::byte> file, uint64_t max_pixels);

// depth must be 8 or 16. An ICC profile that libpng finds invalid for the picture is left out.
Result<std::vector<std::byte>> encode_png(const Picture& picture);

}  // namespace laq::io
