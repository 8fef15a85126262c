// The marker segments of a JPEG file as they stand in it. Source: ITU-T T.81, annex B.
#pragma once

#include <cstddef>
#include <span>

#include "io/notes.h"

namespace laq::io {

// Names what is in the file and not in a picture read from it: all but the samples, the first Exif, XMP and ICC data,
// and the resolution.
void note_jpeg_losses(std::span<const std::byte> file, Notes& notes);

}  // namespace laq::io
