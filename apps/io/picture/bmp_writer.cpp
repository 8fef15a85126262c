// BMP: the writer. Gray gets a palette, RGB 24 bits, alpha 32 bits with masks; an ICC profile is embedded.
#include <string>

#include "io/bytes.h"
#include "io/picture/bmp.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

std::string number(uint64_t value, size_t bytes) {
  return integer_text(value, bytes, false);
}

// What BITMAPV5HEADER has behind BITMAPINFOHEADER.
std::string v5_header(bool has_alpha, uint64_t icc_offset, size_t icc_bytes) {
  const bool has_icc = icc_bytes > 0;
  constexpr uint64_t kPicturesIntent = 4;  // perceptual
  return (has_alpha ? number(0xff0000, 4) + number(0xff00, 4) + number(0xff, 4) + number(0xff000000, 4)
                    : std::string(16, '\0')) +
         number(has_icc ? bmp::kEmbeddedProfile : bmp::kSrgb, 4) + std::string(36 + 12, '\0') +
         number(kPicturesIntent, 4) + number(has_icc ? icc_offset : 0, 4) + number(icc_bytes, 4) + number(0, 4);
}

// Appends rows from bottom to top, each padded to its stride.
void append_rows(const Picture& picture, uint64_t stride, std::vector<std::byte>& file) {
  const size_t channels = static_cast<size_t>(picture.channels), begin = file.size();
  file.resize(begin + stride * picture.height);
  for (uint32_t y = 0; y < picture.height; ++y) {
    const std::byte* from = picture.samples.data() + (picture.height - 1 - y) * picture.row_bytes();
    std::byte* to = file.data() + begin + y * stride;
    for (uint32_t x = 0; x < picture.width; ++x, from += channels) {
      if (channels == 1) {
        *to++ = from[0];
        continue;
      }
      const bool is_gray = channels == 2;
      *to++ = from[is_gray ? 0 : 2];
      *to++ = from[is_gray ? 0 : 1];
      *to++ = from[0];
      if (channels % 2 == 0) *to++ = from[channels - 1];
    }
  }
}

}  // namespace

Result<Noted<std::vector<std::byte>>> encode_bmp(const Picture& picture) {
  const bool has_alpha = picture.channels % 2 == 0;
  const int bits = has_alpha ? 32 : picture.channels == 1 ? 8 : 24;
  const std::vector<std::byte>& icc = picture.metadata.icc;
  const uint64_t header_bytes = has_alpha || !icc.empty() ? bmp::kV5Header : bmp::kInfoHeader;
  const uint64_t stride = bmp::row_stride(picture.width, bits), palette_bytes = bits == 8 ? 4 * 256 : 0;
  const uint64_t offset = bmp::kFileHeader + header_bytes + palette_bytes, behind = offset + stride * picture.height;
  if (picture.width > INT32_MAX || picture.height > INT32_MAX || behind + icc.size() > UINT32_MAX) {
    return Error{ErrorCode::unsupported, "is larger than a BMP file can be, 4 GB (write .png)"};
  }
  std::string header = "BM" + number(behind + icc.size(), 4) + number(0, 4) + number(offset, 4);
  header += number(header_bytes, 4) + number(picture.width, 4) + number(picture.height, 4) + number(1, 2);
  header += number(static_cast<uint64_t>(bits), 2) + number(has_alpha ? bmp::kBitFields : bmp::kNone, 4);
  header += number(stride * picture.height, 4) + number(picture.metadata.pixels_per_metre_x, 4) +
            number(picture.metadata.pixels_per_metre_y, 4) + number(bits == 8 ? 256 : 0, 4) + number(0, 4);
  if (header_bytes == bmp::kV5Header) header += v5_header(has_alpha, behind - bmp::kFileHeader, icc.size());
  if (bits == 8) {
    for (uint64_t i = 0; i < 256; ++i) header += number(i * 0x010101, 4);
  }
  const auto bytes = std::as_bytes(std::span(header));
  Noted<std::vector<std::byte>> file(std::vector<std::byte>(bytes.begin(), bytes.end()));
  file.reserve(behind + icc.size());
  append_rows(picture, stride, file);
  file.insert(file.end(), icc.begin(), icc.end());
  return file;
}

}  // namespace laq::io
