// The marker segments of a JPEG file. Source: ITU-T T.81, annex B.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace laq::io {

inline constexpr int kJpegApp0 = 0xe0, kJpegComment = 0xfe;  // APPn is kJpegApp0 + n

// A segment APPn or COM.
struct JpegSegment {
  int marker;
  std::string_view data;  // without marker and length
};

struct JpegSegments {
  std::vector<JpegSegment> segments;  // up to the end of the first picture
  std::string_view behind;            // the bytes after its end; empty if it has no end
  bool is_whole = false;              // the picture has an end
};

// Walks over the first picture of a file. The result refers to the bytes of the file.
JpegSegments parse_jpeg_segments(std::string_view file);

}  // namespace laq::io
