// JPEG by libjpeg-turbo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

inline constexpr int kJpegQuality = 95;  // of the files that are written, with full chroma resolution

// Gray and colour JPEG of 8 bits. Keeps the ICC profile (APP2), Exif and XMP (APP1) and JFIF's resolution; the notes
// name the rest. CMYK and samples of 12 bits are refused; a file that is cut off or whose data are damaged is an error.
// Samples are allocated as they are decoded, and none for a picture that the file's bytes cannot hold.
Result<Noted<Picture>> decode_jpeg(std::span<const std::byte> file, uint64_t max_pixels);

// depth must be 8. Alpha, and Exif or XMP that do not fit into a marker of 64 KB, are refused.
Result<std::vector<std::byte>> encode_jpeg(const Picture& picture);

}  // namespace laq::io
