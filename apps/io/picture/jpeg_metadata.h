// Metadata in the marker segments of a JPEG file, but for the ICC profile and JFIF's resolution, which libjpeg knows.
// Sources: Exif 2.32 (CIPA DC-008), 4.7.2; Adobe, "XMP Specification Part 3", 1.1.3; IPTC-NAA IIM in Photoshop's
// resources (APP13).
#pragma once

#include <string>
#include <vector>

#include "io/notes.h"
#include "io/picture/jpeg_markers.h"
#include "laq/laq.hpp"

namespace laq::io {

// Takes the first Exif and XMP, and attachments: comments, IPTC, extended XMP and gain map. The notes name what else
// the file has and the metadata have not. Exif is as it stands there, with its orientation.
void read_jpeg_metadata(const JpegSegments& jpeg, Metadata& metadata, Notes& notes);

struct NewJpegSegment {
  int marker;
  std::string data;
};
inline constexpr size_t kMaxJpegSegment = 65533;  // largest number of bytes of data

// The segments of metadata, without those of a gain map. Exif fits into a segment. The notes name what does not fit
// into a JPEG file.
std::vector<NewJpegSegment> make_jpeg_metadata(const Metadata& metadata, Notes& notes);

}  // namespace laq::io
