// PNG by libpng.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

// Every valid PNG. Palettes become RGB, transparent colours an alpha channel, gray of 1, 2 and 4 bits 8 bits. Keeps the
// ICC profile, Exif and XMP, also as "Raw profile type" text, and a resolution in metres; the notes name the rest.
// Samples are allocated as they are read, and none for a picture that the file's bytes cannot hold.
Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels);

// depth must be 8 or 16. The notes tell whether libpng finds the ICC profile invalid for the picture and leaves it out.
Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture);

}  // namespace laq::io
