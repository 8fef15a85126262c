#include "io/exif.h"

#include <algorithm>
#include <array>

namespace laq::io {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShort = 3;
constexpr size_t kEntryBytes = 12;  // tag, type, count, value or offset

// Size of an integer type of TIFF; 0 if the type is no integer.
size_t integer_bytes(uint32_t type) {
  switch (type) {
    case 1:  // BYTE
    case 6:  // SBYTE
      return 1;
    case kShort:
    case 8:  // SSHORT
      return 2;
    case 4:  // LONG
    case 9:  // SLONG
      return 4;
    default:
      return 0;
  }
}

// Reads integers of a TIFF structure in its own byte order. Reading beyond its end gives 0.
class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes) : bytes_(bytes) {
    if (bytes.size() < 8 || bytes[0] != bytes[1]) return;
    big_endian_ = bytes[0] == std::byte{'M'};
    valid_ = (big_endian_ || bytes[0] == std::byte{'I'}) && integer(2, 2) == 42;
  }
  bool valid() const { return valid_; }
  bool big_endian() const { return big_endian_; }
  uint32_t integer(size_t offset, size_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      value = value << 8 | std::to_integer<uint32_t>(bytes_[offset + (big_endian_ ? i : size - 1 - i)]);
    }
    return value;
  }
  size_t directory() const { return integer(4, 4); }
  size_t entries() const { return integer(directory(), 2); }
  size_t entry(size_t index) const { return directory() + 2 + index * kEntryBytes; }
  bool directory_is_whole() const {
    return directory() >= 8 && directory() < bytes_.size() && entries() > 0 && entry(entries()) + 4 <= bytes_.size();
  }
  // Offsets of the entries of the orientation tag. A correct file has at most one.
  std::vector<size_t> orientation_entries() const {
    std::vector<size_t> found;
    if (!valid_ || !directory_is_whole()) return found;
    for (size_t i = 0; i < entries(); ++i) {
      if (integer(entry(i), 2) == kOrientationTag) found.push_back(entry(i));
    }
    return found;
  }
  // The first value of an entry if it is an integer that is stored within the entry; otherwise 0.
  uint32_t value_of(size_t entry) const {
    const size_t size = integer_bytes(integer(entry + 2, 2)), count = integer(entry + 4, 4);
    return size > 0 && count >= 1 && count <= 4 / size ? integer(entry + 8, size) : 0;
  }

 private:
  std::span<const std::byte> bytes_;
  bool big_endian_ = false;
  bool valid_ = false;
};

void put(std::vector<std::byte>& bytes, size_t offset, uint32_t value, size_t size, bool big_endian) {
  for (size_t i = 0; i < size; ++i) {
    const size_t shift = 8 * (big_endian ? size - 1 - i : i);
    bytes[offset + i] = static_cast<std::byte>(value >> shift & 0xff);
  }
}

std::array<std::byte, kEntryBytes> orientation_entry(uint8_t orientation, bool big_endian) {
  std::vector<std::byte> entry(kEntryBytes);
  put(entry, 0, kOrientationTag, 2, big_endian);
  put(entry, 2, kShort, 2, big_endian);
  put(entry, 4, 1, 4, big_endian);
  put(entry, 8, orientation, 2, big_endian);
  std::array<std::byte, kEntryBytes> result;
  for (size_t i = 0; i < kEntryBytes; ++i) result[i] = entry[i];
  return result;
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
  const std::array<std::byte, kEntryBytes> tag = orientation_entry(orientation, tiff.big_endian());
  const std::vector<size_t> entries = tiff.orientation_entries();
  for (const size_t entry : entries) std::copy(tag.begin(), tag.end(), exif.begin() + static_cast<ptrdiff_t>(entry));
  if (!entries.empty() || orientation == 1) return;
  if (!tiff.valid() || !tiff.directory_is_whole()) {
    const std::array<std::byte, kEntryBytes> little_endian_tag = orientation_entry(orientation, false);
    exif.assign({std::byte{'I'}, std::byte{'I'}, std::byte{42}, {}, std::byte{8}, {}, {}, {}, std::byte{1}, {}});
    exif.insert(exif.end(), little_endian_tag.begin(), little_endian_tag.end());
    exif.resize(exif.size() + 4);  // no further directory
    return;
  }
  // Append a copy of the directory with one more entry, in ascending order of tags.
  const bool big_endian = tiff.big_endian();
  std::vector<std::byte> directory(2);
  put(directory, 0, static_cast<uint32_t>(tiff.entries() + 1), 2, big_endian);
  bool is_added = false;
  for (size_t i = 0; i <= tiff.entries(); ++i) {
    if (!is_added && (i == tiff.entries() || tiff.integer(tiff.entry(i), 2) > kOrientationTag)) {
      directory.insert(directory.end(), tag.begin(), tag.end());
      is_added = true;
    }
    const auto entry = exif.begin() + static_cast<ptrdiff_t>(tiff.entry(i));
    const ptrdiff_t size = i < tiff.entries() ? kEntryBytes : 4;  // the last four bytes lead to the next directory
    directory.insert(directory.end(), entry, entry + size);
  }
  std::vector<std::byte> result = exif;
  result.resize((result.size() + 1) / 2 * 2);  // directories begin on even offsets
  put(result, 4, static_cast<uint32_t>(result.size()), 4, big_endian);
  result.insert(result.end(), directory.begin(), directory.end());
  exif = std::move(result);
}

}  // namespace laq::io
