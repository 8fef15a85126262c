#include "io/picture/gain_map.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr std::string_view kMpf("MPF\0", 4);
constexpr std::string_view kIso("urn:iso:std:iso:ts:21496:-1");
constexpr std::string_view kStartOfPicture = "\xff\xd8\xff";

// The places of the numbers of an index in its segment.
struct MpfIndex {
  bool is_big_endian;
  std::vector<size_t> entries;  // of 16 bytes: attributes, size, offset, two numbers of pictures

  size_t size_at(size_t i) const { return entries[i] + 4; }
  size_t offset_at(size_t i) const { return entries[i] + 8; }
};

// data: of the segment. Offsets count from behind "MPF\0", where a TIFF structure begins.
std::optional<MpfIndex> parse_mpf(std::string_view data) {
  constexpr uint16_t kEntriesTag = 0xb002;
  constexpr size_t kTagBytes = 12, kEntryBytes = 16;
  const auto bytes = std::as_bytes(std::span(data));
  if (bytes.size() < kMpf.size() + 8) return std::nullopt;
  MpfIndex index{data[kMpf.size()] == 'M', {}};
  const auto number = [&](uint64_t at, size_t size) {
    return at < bytes.size() ? integer(bytes, static_cast<size_t>(at), size, index.is_big_endian) : 0;
  };
  const uint64_t directory = kMpf.size() + number(kMpf.size() + 4, 4), tags = number(directory, 2);
  for (uint64_t tag = 0; tag < tags; ++tag) {
    const uint64_t at = directory + 2 + tag * kTagBytes;
    if (at + kTagBytes > bytes.size()) return std::nullopt;
    if (number(at, 2) != kEntriesTag) continue;
    const uint64_t size = number(at + 4, 4), first = kMpf.size() + number(at + 8, 4);
    if (first > bytes.size() || size > bytes.size() - first || size < 2 * kEntryBytes) return std::nullopt;
    for (uint64_t entry = 0; entry < size / kEntryBytes; ++entry)
      index.entries.push_back(static_cast<size_t>(first + entry * kEntryBytes));
    return index;
  }
  return std::nullopt;
}

void put(std::string& data, size_t at, uint64_t value, bool is_big_endian) {
  data.replace(at, 4, integer_text(value, 4, is_big_endian));
}

// The index with offsets from the first byte of `pictures`; nothing if it is damaged.
std::optional<std::string> with_relative_offsets(std::string_view data, std::string_view pictures) {
  const std::optional<MpfIndex> index = parse_mpf(data);
  if (!index) return std::nullopt;
  std::string moved(data);
  put(moved, index->size_at(0), 0, index->is_big_endian);
  const auto begin = static_cast<uint64_t>(pictures.data() - (data.data() + kMpf.size()));
  for (size_t i = 1; i < index->entries.size(); ++i) {
    const uint64_t offset = integer(std::as_bytes(std::span(data)), index->offset_at(i), 4, index->is_big_endian);
    if (offset < begin || offset - begin >= pictures.size()) return std::nullopt;
    put(moved, index->offset_at(i), offset - begin, index->is_big_endian);
  }
  return moved;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

bool is_mpf(const JpegSegment& segment) {
  return segment.marker == kJpegApp0 + 2 && segment.data.starts_with(kMpf);
}

bool is_iso_gain_map(const JpegSegment& segment) {
  return segment.marker == kJpegApp0 + 2 && segment.data.starts_with(kIso);
}

// Gain maps are announced by the name spaces of Adobe (also used by Google) and of Apple.
bool tells_gain_map(std::string_view xmp) {
  return contains(xmp, "http://ns.adobe.com/hdr-gain-map/") || contains(xmp, "HDRGainMap") ||
         contains(xmp, "hdrgainmap") || contains(xmp, "\"GainMap\"");
}

std::string_view whole_pictures(std::string_view behind) {
  std::string_view rest = behind;
  while (rest.starts_with(kStartOfPicture)) {
    const JpegSegments jpeg = parse_jpeg_segments(rest);
    if (!jpeg.is_whole) break;
    rest = jpeg.behind;
  }
  return behind.substr(0, behind.size() - rest.size());
}

std::vector<std::byte> make_gain_map(const JpegSegments& jpeg, std::string_view pictures) {
  std::string contents;
  bool has_index = false;
  for (const JpegSegment& segment : jpeg.segments) {
    std::optional<std::string> data;
    if (is_iso_gain_map(segment)) data = std::string(segment.data);
    if (is_mpf(segment) && !has_index) data = with_relative_offsets(segment.data, pictures);
    if (!data) continue;
    has_index = has_index || is_mpf(segment);
    contents += '\xff';
    contents += static_cast<char>(segment.marker);
    contents += integer_text(data->size() + 2, 2, true) + *data;
  }
  contents += pictures;
  const auto bytes = std::as_bytes(std::span(contents));
  return {bytes.begin(), bytes.end()};
}

GainMap split_gain_map(std::span<const std::byte> attachment) {
  GainMap map;
  std::string_view rest = text_of(attachment);
  while (rest.size() >= 4 && rest.front() == '\xff' && !rest.starts_with(kStartOfPicture)) {
    const auto length = static_cast<size_t>(big_endian(std::as_bytes(std::span(rest)), 2, 2));
    if (length < 2 || length + 2 > rest.size()) return {};
    const JpegSegment segment{static_cast<unsigned char>(rest[1]), rest.substr(4, length - 2)};
    if (!is_mpf(segment) && !is_iso_gain_map(segment)) return {};
    map.segments.push_back(segment);
    rest.remove_prefix(length + 2);
  }
  if (!rest.starts_with(kStartOfPicture)) return {};
  map.pictures = rest;
  return map;
}

void append_gain_map(std::vector<std::byte>& jpeg, std::string_view pictures) {
  const size_t size = jpeg.size();
  for (const JpegSegment& segment : parse_jpeg_segments(text_of(jpeg)).segments) {
    const std::optional<MpfIndex> index = is_mpf(segment) ? parse_mpf(segment.data) : std::nullopt;
    if (!index) continue;
    const auto at = static_cast<size_t>(segment.data.data() - text_of(jpeg).data());
    std::string data(segment.data);
    put(data, index->size_at(0), size, index->is_big_endian);
    for (size_t i = 1; i < index->entries.size(); ++i) {
      const uint64_t offset = integer(std::as_bytes(std::span(data)), index->offset_at(i), 4, index->is_big_endian);
      put(data, index->offset_at(i), offset + size - (at + kMpf.size()), index->is_big_endian);
    }
    std::ranges::copy(std::as_bytes(std::span(data)), jpeg.begin() + static_cast<ptrdiff_t>(at));
    break;
  }
  const auto bytes = std::as_bytes(std::span(pictures));
  jpeg.insert(jpeg.end(), bytes.begin(), bytes.end());
}

}  // namespace laq::io
