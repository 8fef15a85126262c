// Metadata that depend on the size of a picture, of which a region or a smaller size is decoded.
#pragma once

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

// What is decoded of a picture.
struct DecodedPart {
  int reduction = 1;       // 8 is an eighth of the width and height
  bool is_region = false;  // not all of the picture
};

// Makes the metadata of a whole picture those of a part. The size of things stays what it was, so that a half of the
// size has half as many pixels per metre, also by the attribute xDensity of OpenEXR. What only holds for a whole
// picture (a gain map, whether it is a map of an environment, how a texture goes on beyond its borders) is taken out of
// a region and noted. Exif and XMP stay as they are.
void fit_to_part(const DecodedPart& part, Metadata& metadata, Notes& notes);

}  // namespace laq::io
