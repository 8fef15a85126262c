#include "io/picture/jpeg_metadata.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/exif.h"
#include "io/picture/gain_map.h"

namespace laq::io {
namespace {

constexpr int kApp1 = kJpegApp0 + 1, kApp2 = kJpegApp0 + 2, kApp13 = kJpegApp0 + 13;
constexpr std::string_view kExtendedXmpPrefix("http://ns.adobe.com/xmp/extension/\0", 35);
constexpr size_t kDigestBytes = 32;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What is read of the segments; views refer to the bytes of the file.
struct Contents {
  std::optional<std::string_view> exif, xmp;
  std::vector<std::string_view> extended_xmp;  // from the digest on
  std::string iptc;
  std::vector<Text> comments;
  bool has_mpf = false, has_iso_gain_map = false;
};

// A part of extended XMP: digest, size of the whole, offset, data.
struct XmpPart {
  std::string_view digest, data;
  uint64_t whole, offset;
};

XmpPart parse_xmp_part(std::string_view segment) {
  const auto bytes = std::as_bytes(std::span(segment));
  return {segment.substr(0, kDigestBytes), segment.substr(kDigestBytes + 8), big_endian(bytes, kDigestBytes, 4),
          big_endian(bytes, kDigestBytes + 4, 4)};
}

// Digest and the whole of the extended XMP that the XMP names; empty if it is not there without gap or overlap.
std::string join_extended_xmp(const Contents& contents) {
  std::vector<XmpPart> parts;
  for (const std::string_view segment : contents.extended_xmp) {
    const XmpPart part = parse_xmp_part(segment);
    if (contains(contents.xmp.value_or(std::string_view()), part.digest)) parts.push_back(part);
  }
  std::ranges::stable_sort(parts, {}, &XmpPart::offset);
  std::string joined;
  for (const XmpPart& part : parts) {
    if (joined.empty()) joined = part.digest;
    if (part.digest != parts[0].digest || part.whole != parts[0].whole || part.offset != joined.size() - kDigestBytes)
      return {};
    joined += part.data;
  }
  return !parts.empty() && joined.size() - kDigestBytes == parts[0].whole ? joined : std::string();
}

void note_app0(std::string_view data, Notes& notes) {
  if (data.starts_with("JFXX")) notes.lose("thumbnail (JFXX)");
  if (!data.starts_with(std::string_view("JFIF\0", 5)) || data.size() < 14) return;
  if (data[12] != 0 && data[13] != 0) notes.lose("thumbnail (JFIF)");
}

void read_app1(std::string_view data, Contents& contents, Notes& notes) {
  const auto take_first = [&](std::optional<std::string_view>& first, std::string_view prefix, const char* name) {
    if (first) notes.lose(std::string(name) + " after the first");
    if (!first) first = data.substr(prefix.size());
  };
  if (data.starts_with(kJpegExifPrefix)) {
    take_first(contents.exif, kJpegExifPrefix, "Exif");
  } else if (data.starts_with(kJpegXmpPrefix)) {
    take_first(contents.xmp, kJpegXmpPrefix, "XMP");
  } else if (data.starts_with(kExtendedXmpPrefix) && data.size() > kExtendedXmpPrefix.size() + kDigestBytes + 8) {
    contents.extended_xmp.push_back(data.substr(kExtendedXmpPrefix.size()));
  } else {
    notes.lose(data.starts_with(kExtendedXmpPrefix) ? "extended XMP" : "APP1 data");
  }
}

// Photoshop divides its data between several segments if they are long.
void read_app13(std::string_view data, Contents& contents, Notes& notes) {
  if (!data.starts_with(kJpegPhotoshopPrefix)) return notes.lose("APP13 data");
  contents.iptc += contents.iptc.empty() ? data : data.substr(kJpegPhotoshopPrefix.size());
}

// JPEG does not say how comments are encoded.
void read_comment(std::string_view data, Contents& contents, Notes& notes) {
  data = data.substr(0, data.find_last_not_of('\0') + 1);
  if (data.empty()) return;
  if (contents.comments.size() == kMaxTexts) return notes.lose("comment");
  contents.comments.push_back({std::string(kCommentKeyword), is_utf8(data) ? std::string(data) : utf8_of_latin1(data)});
}

void read_segment(const JpegSegment& segment, Contents& contents, Notes& notes) {
  switch (segment.marker) {
    case kJpegApp0:
      return note_app0(segment.data, notes);
    case kApp1:
      return read_app1(segment.data, contents, notes);
    case kApp2:
      contents.has_mpf = contents.has_mpf || is_mpf(segment);
      contents.has_iso_gain_map = contents.has_iso_gain_map || is_iso_gain_map(segment);
      if (is_mpf(segment) || is_iso_gain_map(segment) || segment.data.starts_with("ICC_PROFILE")) return;
      return notes.lose("APP2 data");
    case kJpegApp0 + 11:
      return notes.lose("JUMBF data, such as C2PA (APP11)");
    case kApp13:
      return read_app13(segment.data, contents, notes);
    case kJpegApp0 + 14:  // Adobe's, which tells the colour transform
      return;
    case kJpegComment:
      return read_comment(segment.data, contents, notes);
    default:
      notes.lose("APP" + std::to_string(segment.marker - kJpegApp0) + " data");
  }
}

// Notes what follows the end of the picture.
void note_rest(std::string_view rest, Notes& notes) {
  const auto is_filler = [](char c) { return c == 0 || c == '\n' || c == '\r' || c == ' ' || c == '\xff'; };
  if (std::all_of(rest.begin(), rest.end(), is_filler)) return;
  if (contains(rest, "\xff\xd8\xff")) {
    notes.lose("pictures after the first (MPF)");
  } else {
    notes.lose((contains(rest, "ftyp") ? "a video of " : "") + std::to_string(rest.size()) +
               " bytes after the picture");
  }
}

void read_gain_map(const JpegSegments& jpeg, const Contents& contents, Metadata& metadata, Notes& notes) {
  const bool is_announced =
      contents.has_iso_gain_map || (contents.xmp && tells_gain_map(*contents.xmp)) || tells_gain_map(jpeg.behind);
  const std::string_view pictures = is_announced ? whole_pictures(jpeg.behind) : std::string_view();
  if (!pictures.empty() && attach(metadata.attachments, kGainMapName, make_gain_map(jpeg, pictures))) {
    const auto& segments = split_gain_map(metadata.attachments.back().bytes).segments;
    if (contents.has_mpf && std::ranges::none_of(segments, is_mpf))
      notes.lose("index of pictures (MPF), which is damaged");
    return note_rest(jpeg.behind.substr(pictures.size()), notes);
  }
  if (is_announced) notes.lose("gain map");
  if (contents.has_mpf) notes.lose("pictures after the first (MPF)");
  note_rest(jpeg.behind, notes);
}

NewJpegSegment make_segment(int marker, std::string_view prefix, std::string_view data) {
  return {marker, std::string(prefix) + std::string(data)};
}

// Data in as many segments as they need, each with the prefix.
void add_parts(int marker, std::string_view prefix, std::string_view data, std::vector<NewJpegSegment>& segments) {
  const size_t most = kMaxJpegSegment - prefix.size();
  for (; !data.empty(); data.remove_prefix(std::min(most, data.size())))
    segments.push_back(make_segment(marker, prefix, data.substr(0, most)));
}

void add_extended_xmp(std::string_view contents, std::vector<NewJpegSegment>& segments) {
  const std::string_view digest = contents.substr(0, kDigestBytes), whole = contents.substr(digest.size());
  constexpr size_t kMost = kMaxJpegSegment - kExtendedXmpPrefix.size() - kDigestBytes - 8;
  for (size_t at = 0; at < whole.size(); at += kMost) {
    const std::string head = std::string(kExtendedXmpPrefix) + std::string(digest) +
                             integer_text(whole.size(), 4, true) + integer_text(at, 4, true);
    segments.push_back(make_segment(kApp1, head, whole.substr(at, kMost)));
  }
}

void add_texts(std::span<const std::byte> contents, std::vector<NewJpegSegment>& segments, Notes& notes) {
  for (const Text& text : split_texts(contents)) {
    if (text.keyword != kCommentKeyword || text.text.size() > kMaxJpegSegment) {
      notes.lose("text other than short comments");
    } else {
      segments.push_back({kJpegComment, text.text});
    }
  }
}

}  // namespace

void read_jpeg_metadata(const JpegSegments& jpeg, Metadata& metadata, Notes& notes) {
  Contents contents;
  for (const JpegSegment& segment : jpeg.segments) read_segment(segment, contents, notes);
  if (contents.exif) metadata.exif = bytes_of(*contents.exif);
  if (contents.xmp) metadata.xmp = bytes_of(*contents.xmp);
  const std::string extended = join_extended_xmp(contents);
  const bool has_all_xmp = extended.empty() == contents.extended_xmp.empty();
  const auto keep = [&](const char* name, std::vector<std::byte> bytes) {
    if (!attach(metadata.attachments, name, std::move(bytes))) notes.lose(describe_attachment(name));
  };
  keep("text", join_texts(contents.comments));
  keep("iptc", bytes_of(contents.iptc));
  keep("xmpx", bytes_of(extended));
  if (!has_all_xmp) notes.lose("extended XMP, which is damaged");
  read_gain_map(jpeg, contents, metadata, notes);
}

std::vector<NewJpegSegment> make_jpeg_metadata(const Metadata& metadata, Notes& notes) {
  std::vector<NewJpegSegment> segments;
  const auto attachment = [&](const char* name) {
    const auto* bytes = find_attachment(metadata.attachments, name);
    return bytes ? text_of(*bytes) : std::string_view();
  };
  if (!metadata.exif.empty()) segments.push_back(make_segment(kApp1, kJpegExifPrefix, text_of(metadata.exif)));
  const bool has_long_xmp = metadata.xmp.size() > kMaxJpegSegment - kJpegXmpPrefix.size();
  const bool has_xmp = !metadata.xmp.empty() && !has_long_xmp;
  if (has_long_xmp) notes.lose("XMP of more than 64 KB");
  if (has_xmp) segments.push_back(make_segment(kApp1, kJpegXmpPrefix, text_of(metadata.xmp)));
  const std::string_view extended = attachment("xmpx");
  if (has_xmp && extended.size() > kDigestBytes) add_extended_xmp(extended, segments);
  if (!has_xmp && !extended.empty()) notes.lose(describe_attachment("xmpx"));
  std::string_view iptc = attachment("iptc");
  if (iptc.starts_with(kJpegPhotoshopPrefix)) iptc.remove_prefix(kJpegPhotoshopPrefix.size());
  add_parts(kApp13, kJpegPhotoshopPrefix, iptc, segments);
  if (const auto* texts = find_attachment(metadata.attachments, "text")) add_texts(*texts, segments, notes);
  return segments;
}

}  // namespace laq::io
