// Gain maps of JPEG files: further pictures behind the first, which show it on displays of a greater range. The first
// picture announces them in its XMP, in a segment of ISO 21496-1, and in the index of a multi-picture file (MPF). laq
// does not look at what they mean.
//
// The attachment `gain` holds the two kinds of segments, each with its marker and length, and then the pictures. The
// index has offsets from the first of these pictures, and 0 as the size of the first picture of the file.
// Sources: CIPA DC-007 (MPF), 5.2; ISO 21496-1; Android, "Ultra HDR Image Format v1.1".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/picture/jpeg_markers.h"

namespace laq::io {

bool is_mpf(const JpegSegment& segment);
bool is_iso_gain_map(const JpegSegment& segment);

// Does XMP, or a picture that has XMP, tell of a gain map?
bool tells_gain_map(std::string_view xmp);

// The pictures at the beginning of what stands behind the first picture of a file; empty if there is none.
std::string_view whole_pictures(std::string_view behind);

// The attachment of a picture; `pictures` are the whole_pictures() behind the first. An index that is damaged is left
// out.
std::vector<std::byte> make_gain_map(const JpegSegments& jpeg, std::string_view pictures);

struct GainMap {
  std::vector<JpegSegment> segments;  // for the first picture
  std::string_view pictures;
};
// The parts of an attachment. Damaged contents have no pictures.
GainMap split_gain_map(std::span<const std::byte> attachment);

// Appends the pictures to a finished file that has the segments, and sets the numbers of the index.
void append_gain_map(std::vector<std::byte>& jpeg, std::string_view pictures);

}  // namespace laq::io
