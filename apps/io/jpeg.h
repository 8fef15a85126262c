// JPEG by libjpeg-turbo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

struct JpegOptions {
  int quality = 95;
  bool has_full_chroma = true;  // otherwise 4:2:0
  bool is_progressive = false;
};

// Reads gray and colour JPEG of 8 bits. Keeps the ICC profile (APP2), Exif and XMP (APP1) and JFIF's resolution; the
// notes name what else the file has. Refuses CMYK, samples of 12 bits, and files that are cut off or damaged. Samples
// are allocated as they are decoded, and not at all if the file has too few bytes for its width and height.
Result<Noted<Picture>> decode_jpeg(std::span<const std::byte> file, uint64_t max_pixels);

// The picture's depth must be 8. Alpha, and Exif or XMP that do not fit into a marker of 64 KB, are refused.
Result<std::vector<std::byte>> encode_jpeg(const Picture& picture, const JpegOptions& options = {});

}  // namespace laq::io
