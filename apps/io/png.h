// PNG by libpng.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

// Reads every valid PNG. Palettes become RGB, a transparent colour becomes an alpha channel, gray of 1, 2 and 4 bits
// becomes 8 bits. Keeps the ICC profile, Exif and XMP (also those in "Raw profile type" text), and the resolution if it
// is in metres; the notes name what else the file has. Samples are allocated as they are read, and not at all if the
// file has too few bytes for its width and height.
Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8 or 16. If libpng finds the ICC profile invalid, it is left out and the notes say so.
Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture);

}  // namespace laq::io
