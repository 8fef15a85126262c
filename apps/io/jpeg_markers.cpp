// The marker segments of a JPEG file. Source: ITU-T T.81, annex B.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "io/bytes.h"
#include "io/exif.h"
#include "io/picture_formats.h"

namespace laq::io {
namespace {

constexpr int kApp0 = 0xe0, kComment = 0xfe, kStartOfImage = 0xd8, kEndOfImage = 0xd9, kStartOfScan = 0xda;

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

// Data of which the first are kept and all further ones lost.
struct Seen {
  bool exif = false;
  bool xmp = false;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Gain maps are announced by the name spaces of Adobe (also used by Google) and of Apple.
bool tells_gain_map(std::string_view xmp) {
  return contains(xmp, "http://ns.adobe.com/hdr-gain-map/") || contains(xmp, "HDRGainMap") ||
         contains(xmp, "hdrgainmap") || contains(xmp, "\"GainMap\"");
}

void note_app0(std::string_view data, Notes& notes) {
  if (data.starts_with("JFXX")) notes.lose("thumbnail (JFXX)");
  if (!data.starts_with(std::string_view("JFIF\0", 5)) || data.size() < 14) return;
  if (data[12] != 0 && data[13] != 0) notes.lose("thumbnail (JFIF)");
  if (data[7] == 0 && data.substr(8, 2) != data.substr(10, 2)) notes.lose("pixel aspect ratio (JFIF)");
}

void note_app1(std::string_view data, Seen& seen, Notes& notes) {
  if (tells_gain_map(data)) notes.lose("gain map");
  if (data.starts_with(kJpegExifPrefix)) {
    if (std::exchange(seen.exif, true)) notes.lose("Exif after the first");
  } else if (data.starts_with(kJpegXmpPrefix)) {
    if (std::exchange(seen.xmp, true)) notes.lose("XMP after the first");
  } else {
    notes.lose(data.starts_with("http://ns.adobe.com/xmp/extension/") ? "extended XMP" : "APP1 data");
  }
}

void note_app2(std::string_view data, Notes& notes) {
  if (data.starts_with("ICC_PROFILE")) return;
  if (data.starts_with(std::string_view("MPF\0", 4))) {
    notes.lose("pictures after the first (MPF)");
  } else if (data.starts_with("urn:iso:std:iso:ts:21496:-1")) {
    notes.lose("gain map");
  } else {
    notes.lose("APP2 data");
  }
}

// data: of the segment, without its marker and length.
void note_segment(int marker, std::string_view data, Seen& seen, Notes& notes) {
  switch (marker) {
    case kApp0:
      return note_app0(data, notes);
    case kApp0 + 1:
      return note_app1(data, seen, notes);
    case kApp0 + 2:
      return note_app2(data, notes);
    case kApp0 + 11:
      return notes.lose("JUMBF data, such as C2PA (APP11)");
    case kApp0 + 13:
      return notes.lose("IPTC or Photoshop data (APP13)");
    case kApp0 + 14:  // Adobe's, which tells the colour transform
      return;
    case kComment:
      return notes.lose("comment");
    default:
      if (marker > kApp0 && marker < kApp0 + 16) notes.lose("APP" + std::to_string(marker - kApp0) + " data");
  }
}

// Notes what follows the end of the picture.
void note_rest(std::string_view rest, Notes& notes) {
  const auto is_filler = [](char c) { return c == 0 || c == '\n' || c == '\r' || c == ' ' || c == '\xff'; };
  if (std::all_of(rest.begin(), rest.end(), is_filler)) return;
  if (tells_gain_map(rest)) notes.lose("gain map");
  if (contains(rest, "\xff\xd8\xff")) {
    notes.lose("pictures after the first (MPF)");
  } else {
    notes.lose((contains(rest, "ftyp") ? "a video of " : "") + std::to_string(rest.size()) +
               " bytes after the picture");
  }
}

}  // namespace

void note_jpeg_losses(std::span<const std::byte> file, Notes& notes) {
  std::string_view rest = text_of(file);
  Seen seen;
  while (skip_to_marker(rest)) {
    const int marker = static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    if (marker == kEndOfImage) break;
    if (marker == kStartOfImage) continue;
    const auto length = static_cast<size_t>(big_endian(std::as_bytes(std::span(rest)), 0, 2));
    if (length < 2 || length > rest.size()) break;
    if (marker != kStartOfScan) note_segment(marker, rest.substr(2, length - 2), seen, notes);
    rest.remove_prefix(length);
  }
  note_rest(rest, notes);
}

}  // namespace laq::io
