#include "io/exif.h"

#include <array>

namespace laq::io {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShort = 3;
constexpr size_t kEntryBytes = 12;  // tag, type, count, value or offset

// Integers of a TIFF structure in its own byte order. Reading outside of it gives 0.
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
  // Offset of the tag's entry; 0 where there is none.
  size_t orientation_entry() const {
    if (!valid_ || !directory_is_whole()) return 0;
    for (size_t i = 0; i < entries(); ++i) {
      if (integer(entry(i), 2) == kOrientationTag && integer(entry(i) + 2, 2) == kShort) return entry(i);
    }
    return 0;
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
  const size_t entry = tiff.orientation_entry();
  const uint32_t value = entry ? tiff.integer(entry + 8, 2) : 1;
  return value >= 1 && value <= 8 ? static_cast<uint8_t>(value) : 1;
}

void set_exif_orientation(std::vector<std::byte>& exif, uint8_t orientation) {
  const Tiff tiff(exif);
  if (const size_t entry = tiff.orientation_entry()) {
    put(exif, entry + 8, orientation, 2, tiff.big_endian());
    return;
  }
  if (orientation == 1) return;
  if (!tiff.valid() || !tiff.directory_is_whole()) {
    const std::array<std::byte, kEntryBytes> entry = orientation_entry(orientation, false);
    exif.assign({std::byte{'I'}, std::byte{'I'}, std::byte{42}, {}, std::byte{8}, {}, {}, {}, std::byte{1}, {}});
    exif.insert(exif.end(), entry.begin(), entry.end());
    exif.resize(exif.size() + 4);  // no further directory
    return;
  }
  // A copy of the directory with one more entry, tags ascending, behind everything else.
  const bool big_endian = tiff.big_endian();
  std::vector<std::byte> directory(2);
  put(directory, 0, static_cast<uint32_t>(tiff.entries() + 1), 2, big_endian);
  const std::array<std::byte, kEntryBytes> added = orientation_entry(orientation, big_endian);
  bool is_added = false;
  for (size_t i = 0; i <= tiff.entries(); ++i) {
    if (!is_added && (i == tiff.entries() || tiff.integer(tiff.entry(i), 2) > kOrientationTag)) {
      directory.insert(directory.end(), added.begin(), added.end());
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
