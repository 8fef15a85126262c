#include "io/picture/exif.h"

#include <algorithm>
#include <string>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShort = 3;
constexpr size_t kEntryBytes = 12;  // tag, type, count, value or offset

// Size of an integer type of TIFF; 0 if the type is no integer.
size_t integer_bytes(uint32_t type) {
  static constexpr size_t kBytes[] = {0, 1, 0, 2, 4, 0, 1, 0, 2, 4};  // BYTE, SHORT, LONG; signed from 6 on
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

// Reads integers of a TIFF structure in its own byte order. Reading beyond its end gives 0.
class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes) : bytes_(bytes) {
    if (bytes.size() < 8 || bytes[0] != bytes[1]) return;
    big_endian_ = bytes[0] == std::byte{'M'};
    valid_ = (big_endian_ || bytes[0] == std::byte{'I'}) && number(2, 2) == 42;
  }
  bool valid() const { return valid_; }
  bool big_endian() const { return big_endian_; }
  uint32_t number(size_t offset, size_t size) const {
    return static_cast<uint32_t>(integer(bytes_, offset, size, big_endian_));
  }
  size_t directory() const { return number(4, 4); }
  size_t entries() const { return number(directory(), 2); }
  size_t entry(size_t index) const { return directory() + 2 + index * kEntryBytes; }
  bool directory_is_whole() const {
    return directory() >= 8 && directory() < bytes_.size() && entries() > 0 && entry(entries()) + 4 <= bytes_.size();
  }
  // Offsets of the entries of the orientation tag. A correct file has at most one.
  std::vector<size_t> orientation_entries() const {
    std::vector<size_t> found;
    if (!valid_ || !directory_is_whole()) return found;
    for (size_t i = 0; i < entries(); ++i) {
      if (number(entry(i), 2) == kOrientationTag) found.push_back(entry(i));
    }
    return found;
  }
  // The first value of an entry if it is an integer that is stored within the entry; otherwise 0.
  uint32_t value_of(size_t entry) const {
    const size_t size = integer_bytes(number(entry + 2, 2)), count = number(entry + 4, 4);
    return size > 0 && count >= 1 && count <= 4 / size ? number(entry + 8, size) : 0;
  }

 private:
  std::span<const std::byte> bytes_;
  bool big_endian_ = false;
  bool valid_ = false;
};

// Writes over the bytes from `offset` on, and appends what reaches beyond the end.
void put(std::vector<std::byte>& bytes, size_t offset, std::string_view text) {
  bytes.resize(std::max(bytes.size(), offset + text.size()));
  std::ranges::copy(std::as_bytes(std::span(text)), bytes.begin() + static_cast<ptrdiff_t>(offset));
}

std::string orientation_entry(uint8_t orientation, bool big_endian) {
  const auto number = [&](uint64_t value, size_t size) { return integer_text(value, size, big_endian); };
  return number(kOrientationTag, 2) + number(kShort, 2) + number(1, 4) + number(orientation, 2) + number(0, 2);
}

}  // namespace

uint8_t exif_orientation(std::span<const std::byte> exif) {
  const Tiff tiff(exif);
  for (const size_t entry : tiff.orientation_entries()) {
    const uint32_t value = tiff.value_of(entry);
    if (value >= 1 && value <= 8) return static_cast<uint8_t>(value);
  }
  return 1;
}

void set_exif_orientation(std::vector<std::byte>& exif, uint8_t orientation) {
  const Tiff tiff(exif);
  const bool big_endian = tiff.big_endian();
  const std::string tag = orientation_entry(orientation, big_endian);
  const std::vector<size_t> entries = tiff.orientation_entries();
  for (const size_t entry : entries) put(exif, entry, tag);
  if (!entries.empty() || orientation == 1) return;
  if (!tiff.valid() || !tiff.directory_is_whole()) {
    exif.clear();
    put(exif, 0, std::string("II*\0\b\0\0\0\1\0", 10) + orientation_entry(orientation, false));
    exif.resize(exif.size() + 4);  // no further directory
    return;
  }
  // Append a copy of the directory with one more entry, in ascending order of tags.
  size_t before = 0;
  while (before < tiff.entries() && tiff.number(tiff.entry(before), 2) < kOrientationTag) ++before;
  const std::string old(text_of(exif));
  const size_t first = tiff.entry(0), place = tiff.entry(before);
  const size_t end = tiff.entry(tiff.entries()) + 4;  // the last four bytes lead to the next directory
  const std::string directory = integer_text(tiff.entries() + 1, 2, big_endian) + old.substr(first, place - first) +
                                tag + old.substr(place, end - place);
  exif.resize((exif.size() + 1) / 2 * 2);  // directories begin on even offsets
  put(exif, 4, integer_text(exif.size(), 4, big_endian));
  put(exif, exif.size(), directory);
}

void normalize_exif(Metadata& metadata) {
  std::vector<std::byte>& exif = metadata.exif;
  if (text_of(exif).starts_with(kJpegExifPrefix)) exif.erase(exif.begin(), exif.begin() + kJpegExifPrefix.size());
  metadata.orientation = exif_orientation(exif);
  set_exif_orientation(exif, 1);
}

std::vector<std::byte> exif_of_box(std::span<const std::byte> box) {
  constexpr size_t kOffsetBytes = 4;
  const uint64_t offset = big_endian(box, 0, kOffsetBytes);
  if (box.size() < kOffsetBytes || offset > box.size() - kOffsetBytes) return {};
  std::span<const std::byte> exif = box.subspan(kOffsetBytes + offset);
  if (text_of(exif).starts_with(kJpegExifPrefix)) exif = exif.subspan(kJpegExifPrefix.size());
  return {exif.begin(), exif.end()};
}

}  // namespace laq::io
