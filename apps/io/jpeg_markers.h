// The marker segments of a JPEG file. Source: ITU-T T.81, annex B.
#pragma once

#include <cstddef>
#include <span>

#include "io/notes.h"

namespace laq::io {

// Notes what the file has and a picture that is read from it has not: all but the samples, the first Exif, XMP and ICC
// data, and the resolution.
void note_jpeg_losses(std::span<const std::byte> file, Notes& notes);

}  // namespace laq::io
