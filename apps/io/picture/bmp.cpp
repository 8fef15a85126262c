// BMP: the reader. Source: Microsoft's "Bitmap Storage" and the structures BITMAPCOREHEADER, BITMAPINFOHEADER,
// BITMAPV4HEADER and BITMAPV5HEADER of wingdi.h.
#include "io/picture/bmp.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

struct Colour {
  uint8_t blue = 0, green = 0, red = 0;
};

struct Header {
  uint64_t width = 0;
  uint64_t height = 0;
  bool is_top_down = false;
  int bits = 0;  // of a pixel
  uint32_t compression = bmp::kNone;
  std::array<uint32_t, 4> masks = {};  // red, green, blue, alpha
  std::vector<Colour> palette;
  uint64_t pixels = 0;  // where they begin in the file
  Noted<Metadata> metadata;
};

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged BMP file: " + what + " (copy it again from its source)"};
}

Error not_read(const std::string& what) {
  return {ErrorCode::unsupported, "is a BMP file " + what + " (convert it to PNG first)"};
}

void read_colour_space(std::span<const std::byte> dib, uint64_t header_bytes, Noted<Metadata>& metadata) {
  if (header_bytes < bmp::kV4Header) return;
  const uint64_t space = little_endian(dib, 56, 4);
  if (space == 0 && std::ranges::any_of(dib.subspan(60, 48), [](std::byte b) { return b != std::byte{0}; }))
    metadata.notes.lose("primaries and gamma");
  if (header_bytes < bmp::kV5Header) return;
  const uint64_t offset = little_endian(dib, 112, 4), bytes = little_endian(dib, 116, 4);
  if (space == bmp::kLinkedProfile) metadata.notes.lose("ICC profile, which is in another file");
  if (space != bmp::kEmbeddedProfile) return;
  if (offset > dib.size() || bytes > dib.size() - offset) {
    metadata.notes.lose("ICC profile, which is cut off");
    return;
  }
  const std::span<const std::byte> icc = dib.subspan(offset, bytes);
  metadata.icc.assign(icc.begin(), icc.end());
}

// Sets the masks of the colours of pixels without a palette; returns where they end, as they may stand behind the
// header.
uint64_t read_masks(std::span<const std::byte> dib, uint64_t header_bytes, Header& header) {
  if (header.compression != bmp::kBitFields && header.compression != bmp::kAlphaBitFields) {
    if (header.bits == 16) header.masks = {0x7c00, 0x03e0, 0x001f, 0};
    if (header.bits >= 24) header.masks = {0xff0000, 0x00ff00, 0x0000ff, 0};
    return header_bytes;
  }
  const bool has_alpha = header.compression == bmp::kAlphaBitFields || header_bytes >= bmp::kV3Header;
  for (size_t i = 0; i < (has_alpha ? 4 : 3); ++i)
    header.masks[i] = static_cast<uint32_t>(little_endian(dib, bmp::kInfoHeader + 4 * i, 4));
  return std::max<uint64_t>(header_bytes, bmp::kInfoHeader + (has_alpha ? 16 : 12));
}

void read_palette(std::span<const std::byte> dib, uint64_t at, uint64_t count, size_t entry_bytes, Header& header) {
  for (uint64_t i = 0; i < count && at + entry_bytes <= dib.size(); ++i, at += entry_bytes) {
    const auto byte = [&](size_t k) { return std::to_integer<uint8_t>(dib[at + k]); };
    header.palette.push_back({byte(0), byte(1), byte(2)});
  }
}

std::optional<Error> check(const Header& header, uint64_t header_bytes) {
  static constexpr std::array kBits = {1, 2, 4, 8, 16, 24, 32};
  if (header.width == 0 || header.height == 0) return damaged("its width or height is 0");
  if (std::ranges::find(kBits, header.bits) == kBits.end())
    return not_read("of " + std::to_string(header.bits) + " bits a pixel, which is not read");
  const bool is_os2 = header_bytes == bmp::kOs2Header;
  const bool fits = header.compression == bmp::kNone || (header.compression == bmp::kRle8 && header.bits == 8) ||
                    (header.compression == bmp::kRle4 && header.bits == 4) ||
                    (!is_os2 && header.bits != 24 && header.bits >= 16 &&
                     (header.compression == bmp::kBitFields || header.compression == bmp::kAlphaBitFields));
  if (!fits) return not_read("of compression " + std::to_string(header.compression) + ", which is not read");
  if (header.is_top_down && (header.compression == bmp::kRle8 || header.compression == bmp::kRle4))
    return damaged("runs go from bottom to top only");
  for (const uint32_t mask : header.masks) {
    const uint32_t ones = mask == 0 ? 0 : mask >> std::countr_zero(mask);
    if ((ones & (ones + 1)) != 0) return damaged("a mask of its colours has a hole");
  }
  if (header.bits <= 8 && header.palette.empty()) return damaged("it has no palette");
  return std::nullopt;
}

Result<Header> read_header(std::span<const std::byte> file) {
  const std::span<const std::byte> dib = file.subspan(std::min<size_t>(file.size(), bmp::kFileHeader));
  const uint64_t header_bytes = little_endian(dib, 0, 4);
  if (dib.size() < 12 || header_bytes < 12 || header_bytes > dib.size()) return damaged("its header is cut off");
  const bool is_core = header_bytes < 16;
  Header header;
  header.pixels = little_endian(file, 10, 4);
  header.width = little_endian(dib, 4, is_core ? 2 : 4);
  const auto height = static_cast<int32_t>(little_endian(dib, is_core ? 6 : 8, is_core ? 2 : 4));
  header.is_top_down = height < 0;
  header.height = static_cast<uint64_t>(std::abs(int64_t{height}));
  header.bits = static_cast<int>(little_endian(dib, is_core ? 10 : 14, 2));
  uint64_t colours = header.bits <= 8 ? uint64_t{1} << header.bits : 0;
  if (header.width > INT32_MAX) return damaged("its width is negative");
  if (header_bytes >= bmp::kInfoHeader) {
    header.compression = static_cast<uint32_t>(little_endian(dib, 16, 4));
    const auto x = static_cast<int32_t>(little_endian(dib, 24, 4)), y = static_cast<int32_t>(little_endian(dib, 28, 4));
    if (x > 0 && y > 0) {
      header.metadata.pixels_per_metre_x = static_cast<uint32_t>(x);
      header.metadata.pixels_per_metre_y = static_cast<uint32_t>(y);
    }
    if (const uint64_t used = little_endian(dib, 32, 4); used > 0) colours = std::min(colours, used);
    read_colour_space(dib, header_bytes, header.metadata);
  }
  const uint64_t behind = read_masks(dib, header_bytes, header);
  read_palette(dib, behind, colours, is_core ? 3 : 4, header);
  if (auto error = check(header, header_bytes)) return *error;
  if (header.pixels < bmp::kFileHeader + 12) return damaged("its pixels begin within the header");
  return header;
}

// Rows from bottom to top become rows of the picture.
uint64_t row_of(const Header& header, uint64_t stored) {
  return header.is_top_down ? stored : header.height - 1 - stored;
}

// The indices of a palette, one a byte; nothing if the file is cut off. Runs may leave pixels out, which get index 0.
std::vector<uint8_t> unpack_runs(const Header& header, std::span<const std::byte> from) {
  std::vector<uint8_t> indices(header.width * header.height);
  const bool is_nibbles = header.bits == 4;
  uint64_t x = 0, y = 0;
  size_t at = 0;
  const auto byte = [&](size_t i) { return i < from.size() ? std::to_integer<uint8_t>(from[i]) : uint8_t{0}; };
  const auto put = [&](uint8_t index) {
    if (x < header.width && y < header.height) indices[row_of(header, y) * header.width + x] = index;
    ++x;
  };
  while (at + 1 < from.size() && y < header.height) {
    const uint8_t count = byte(at), value = byte(at + 1);
    at += 2;
    if (count > 0) {
      for (int i = 0; i < count; ++i)
        put(is_nibbles ? static_cast<uint8_t>(i % 2 == 0 ? value >> 4 : value & 15) : value);
    } else if (value == 0) {  // end of the row
      x = 0;
      ++y;
    } else if (value == 1) {  // end of the picture
      return indices;
    } else if (value == 2) {  // a step to the right and up
      x += byte(at);
      y += byte(at + 1);
      at += 2;
    } else {  // pixels as they are, padded to 16 bits
      for (int i = 0; i < value; ++i) {
        const uint8_t pair = byte(at + (is_nibbles ? i / 2 : i));
        put(is_nibbles ? static_cast<uint8_t>(i % 2 == 0 ? pair >> 4 : pair & 15) : pair);
      }
      const size_t bytes = is_nibbles ? (value + 1) / 2 : value;
      at += bytes + bytes % 2;
    }
  }
  if (y < header.height) indices.clear();
  return indices;
}

void read_palette_pixels(const Header& header, std::span<const std::byte> from, Noted<Picture>& picture) {
  const bool is_gray =
      std::ranges::all_of(header.palette, [](const Colour& c) { return c.red == c.green && c.green == c.blue; });
  picture.channels = is_gray ? 1 : 3;
  picture.samples.resize(picture.row_bytes() * picture.height);
  bool has_invalid_colours = false;
  const auto put = [&](size_t pixel, size_t index) {
    const Colour colour = index < header.palette.size() ? header.palette[index] : Colour{};
    has_invalid_colours |= index >= header.palette.size();
    const std::array<uint8_t, 3> values = {colour.red, colour.green, colour.blue};
    std::memcpy(&picture.samples[pixel * picture.channels], values.data(), static_cast<size_t>(picture.channels));
  };
  if (header.compression != bmp::kNone) {
    const std::vector<uint8_t> indices = unpack_runs(header, from);
    if (indices.empty()) picture.samples.clear();
    for (size_t i = 0; i < indices.size(); ++i) put(i, indices[i]);
  } else {
    const uint64_t stride = bmp::row_stride(header.width, header.bits);
    const int per_byte = 8 / header.bits;
    for (uint64_t y = 0; y < header.height; ++y) {
      const std::span<const std::byte> row = from.subspan(y * stride, stride);
      for (uint64_t x = 0; x < header.width; ++x) {
        const int shift = 8 - header.bits * (1 + static_cast<int>(x % per_byte));
        put(row_of(header, y) * header.width + x,
            std::to_integer<uint32_t>(row[x / per_byte]) >> shift & ((1u << header.bits) - 1));
      }
    }
  }
  if (has_invalid_colours) picture.notes.remark("has pixels of no colour, which become black");
}

// A colour of a pixel, at full scale.
uint32_t scaled(uint32_t pixel, uint32_t mask, uint32_t full) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const uint64_t most = mask >> shift, value = (pixel & mask) >> shift;
  if (most == full) return static_cast<uint32_t>(value);
  return static_cast<uint32_t>((value * full + most / 2) / most);
}

void read_masked_pixels(const Header& header, std::span<const std::byte> from, Noted<Picture>& picture) {
  const uint64_t stride = bmp::row_stride(header.width, header.bits);
  const size_t pixel_bytes = static_cast<size_t>(header.bits / 8);
  const bool is_deep = std::ranges::any_of(header.masks, [](uint32_t mask) { return std::popcount(mask) > 8; });
  picture.depth = is_deep ? 16 : 8;
  picture.channels = header.masks[3] != 0 ? 4 : 3;
  picture.samples.resize(picture.row_bytes() * picture.height);
  const uint32_t full = (1u << picture.depth) - 1;
  uint32_t all_alpha = 0, unused = 0;
  const uint32_t unused_mask = header.bits == 32 && header.compression == bmp::kNone ? 0xff000000 : 0;
  for (uint64_t y = 0; y < header.height; ++y) {
    size_t index = row_of(header, y) * header.width * static_cast<size_t>(picture.channels);
    for (uint64_t x = 0; x < header.width; ++x) {
      const auto pixel = static_cast<uint32_t>(little_endian(from, y * stride + x * pixel_bytes, pixel_bytes));
      all_alpha |= pixel & header.masks[3];
      unused |= pixel & unused_mask;
      for (size_t c = 0; c < static_cast<size_t>(picture.channels); ++c)
        set_sample(picture, index++, scaled(pixel, header.masks[c], full));
    }
  }
  if (unused != 0) picture.notes.lose("fourth byte of pixels, which BMP leaves without a meaning");
  if (picture.channels == 3 || all_alpha != 0) return;
  picture.notes.remark("has alpha of 0 everywhere, which is taken for none");
  const size_t pixels = size_t{picture.width} * picture.height, bytes = 3 * picture.sample_bytes();
  for (size_t i = 0; i < pixels; ++i)
    std::memmove(&picture.samples[i * bytes], &picture.samples[i * 4 * picture.sample_bytes()], bytes);
  picture.channels = 3;
  picture.samples.resize(pixels * bytes);
}

}  // namespace

Result<Noted<Picture>> decode_bmp(std::span<const std::byte> file, uint64_t max_pixels) {
  Result<Header> header = read_header(file);
  if (!header) return header.error();
  if (header->width * header->height > max_pixels) return too_many_pixels(max_pixels);
  const std::span<const std::byte> from = file.subspan(std::min<size_t>(file.size(), header->pixels));
  const bool has_runs = header->compression == bmp::kRle8 || header->compression == bmp::kRle4;
  constexpr uint64_t kMostPixelsOfByte = 1 << 14;  // of runs; a step over many rows takes four bytes
  if (has_runs ? header->width * header->height / kMostPixelsOfByte > from.size()
               : bmp::row_stride(header->width, header->bits) > from.size() / header->height)
    return damaged("it has too few bytes for its width and height");
  Noted<Picture> picture;
  picture.width = static_cast<uint32_t>(header->width);
  picture.height = static_cast<uint32_t>(header->height);
  picture.metadata = std::move(header->metadata);
  picture.notes = std::move(header->metadata.notes);
  (header->bits <= 8 ? read_palette_pixels : read_masked_pixels)(*header, from, picture);
  if (picture.samples.empty()) return damaged("its runs end too early");
  return picture;
}

}  // namespace laq::io
