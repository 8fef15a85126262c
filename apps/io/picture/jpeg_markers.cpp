#include "io/picture/jpeg_markers.h"

#include <cstdint>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr int kStartOfImage = 0xd8, kEndOfImage = 0xd9;

// Steps over the data of a scan to the next marker: 0xff, followed by neither 0, 0xff, a restart marker nor TEM. False
// if there is none; then nothing is left.
bool skip_to_marker(std::string_view& rest) {
  for (size_t at = rest.find('\xff'); at != std::string_view::npos && at + 1 < rest.size();
       at = rest.find('\xff', at + 1)) {
    const int code = static_cast<unsigned char>(rest[at + 1]);
    if (code <= 1 || code == 0xff || (code >= 0xd0 && code <= 0xd7)) continue;
    rest.remove_prefix(at);
    return true;
  }
  rest = {};
  return false;
}

}  // namespace

JpegSegments parse_jpeg_segments(std::string_view file) {
  JpegSegments jpeg;
  std::string_view rest = file;
  while (skip_to_marker(rest)) {
    const int marker = static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    if (marker == kEndOfImage) {
      jpeg.is_whole = true;
      break;
    }
    if (marker == kStartOfImage) continue;
    const auto length = static_cast<size_t>(big_endian(std::as_bytes(std::span(rest)), 0, 2));
    if (length < 2 || length > rest.size()) break;
    const bool is_metadata = (marker >= kJpegApp0 && marker < kJpegApp0 + 16) || marker == kJpegComment;
    if (is_metadata) jpeg.segments.push_back({marker, rest.substr(2, length - 2)});
    rest.remove_prefix(length);
  }
  jpeg.behind = rest;
  return jpeg;
}

}  // namespace laq::io
