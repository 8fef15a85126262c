#include "io/picture/tiff_exif.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr uint16_t kLong = 4;
constexpr uint16_t kExifDirectory = 0x8769, kGpsDirectory = 0x8825, kInteroperability = 0xa005;
constexpr uint16_t kSharedTags[] = {0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298};

struct Entry {
  uint16_t tag = 0;
  uint16_t type = 0;
  uint32_t count = 0;
  std::string value;
};

size_t type_bytes(uint16_t type) {
  static constexpr size_t kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

struct Tiff {
  std::span<const std::byte> bytes;
  bool is_big_endian = false;

  uint64_t number(size_t offset, size_t size) const { return integer(bytes, offset, size, is_big_endian); }
  std::string text(uint64_t value, size_t size) const { return integer_text(value, size, is_big_endian); }
};

// The entries of a directory whose values lie within the file and take no more bytes than it.
std::vector<Entry> read_directory(const Tiff& tiff, uint64_t offset) {
  std::vector<Entry> entries;
  const uint64_t size = tiff.bytes.size();
  if (offset < 8 || offset + 2 > size) return entries;
  uint64_t left = size;
  const uint64_t count = tiff.number(offset, 2);
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = offset + 2 + 12 * i;
    if (at + 12 > size) break;
    Entry entry{static_cast<uint16_t>(tiff.number(at, 2)),
                static_cast<uint16_t>(tiff.number(at + 2, 2)),
                static_cast<uint32_t>(tiff.number(at + 4, 4)),
                {}};
    const uint64_t bytes = type_bytes(entry.type) * uint64_t{entry.count};
    const uint64_t from = bytes <= 4 ? at + 8 : tiff.number(at + 8, 4);
    if (bytes == 0 || bytes > left || from + bytes > size) continue;
    left -= bytes;
    entry.value = text_of(tiff.bytes.subspan(from, bytes));
    entries.push_back(std::move(entry));
  }
  return entries;
}

const Entry* find(const std::vector<Entry>& entries, uint16_t tag) {
  const auto found = std::ranges::find(entries, tag, &Entry::tag);
  return found == entries.end() ? nullptr : &*found;
}

// A directory that begins at `offset`, and behind it the values that do not fit into it.
std::string directory_text(const Tiff& tiff, const std::vector<Entry>& entries, size_t offset) {
  std::string directory = tiff.text(entries.size(), 2), values;
  const size_t behind = offset + 2 + 12 * entries.size() + 4;
  for (const Entry& entry : entries) {
    directory += tiff.text(entry.tag, 2) + tiff.text(entry.type, 2) + tiff.text(entry.count, 4);
    if (entry.value.size() <= 4) {
      directory += entry.value + std::string(4 - entry.value.size(), '\0');
    } else {
      directory += tiff.text(behind + values.size(), 4);
      values += entry.value + std::string(entry.value.size() % 2, '\0');
    }
  }
  return directory + std::string(4, '\0') + values;
}

}  // namespace

std::vector<std::byte> exif_of_tiff(std::span<const std::byte> file) {
  Tiff tiff{file, !file.empty() && file[0] == std::byte{'M'}};
  if (tiff.number(2, 2) != 42) return {};
  const std::vector<Entry> first = read_directory(tiff, tiff.number(4, 4));
  std::vector<Entry> kept;
  for (const Entry& entry : first) {
    if (std::ranges::find(kSharedTags, entry.tag) != std::end(kSharedTags)) kept.push_back(entry);
  }
  // Each directory is laid out twice: to know its length, and at its place.
  std::vector<std::vector<Entry>> parts;
  for (const uint16_t tag : {kExifDirectory, kGpsDirectory}) {
    const Entry* const pointer = find(first, tag);
    if (!pointer || pointer->value.size() != 4) continue;
    std::vector<Entry> part =
        read_directory(tiff, integer(std::as_bytes(std::span(pointer->value)), 0, 4, tiff.is_big_endian));
    std::erase_if(part, [](const Entry& entry) { return entry.tag == kInteroperability; });
    if (part.empty()) continue;
    kept.push_back({tag, kLong, 1, std::string(4, '\0')});
    parts.push_back(std::move(part));
  }
  if (kept.empty()) return {};
  std::ranges::stable_sort(kept, {}, &Entry::tag);
  constexpr size_t kHeaderBytes = 8;
  std::string body;
  const size_t behind = kHeaderBytes + directory_text(tiff, kept, kHeaderBytes).size();
  for (Entry& entry : kept) {
    if (entry.tag != kExifDirectory && entry.tag != kGpsDirectory) continue;
    entry.value = tiff.text(behind + body.size(), 4);
    body += directory_text(tiff, parts.front(), behind + body.size());
    parts.erase(parts.begin());
  }
  const std::string text = std::string(tiff.is_big_endian ? "MM" : "II") + tiff.text(42, 2) + tiff.text(8, 4) +
                           directory_text(tiff, kept, kHeaderBytes) + body;
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace laq::io
