// What --strip takes out of a picture.
#pragma once

#include "laq/laq.hpp"

namespace laq::command {

// Removes all but ICC profile, code points, light levels and orientation, without which the picture would look
// different.
inline void strip(Metadata& metadata) {
  metadata.exif.clear();
  metadata.xmp.clear();
  metadata.pixels_per_metre_x = 0;
  metadata.pixels_per_metre_y = 0;
  metadata.is_only_aspect = false;
  metadata.attachments.clear();
}

}  // namespace laq::command
