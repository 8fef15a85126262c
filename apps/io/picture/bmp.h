// What the reader and the writer of BMP share: sizes of headers, methods of compression and colour spaces.
#pragma once

#include <cstdint>

namespace laq::io::bmp {

inline constexpr uint64_t kFileHeader = 14;
inline constexpr uint64_t kInfoHeader = 40, kV3Header = 56, kOs2Header = 64, kV4Header = 108, kV5Header = 124;

inline constexpr uint32_t kNone = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3, kAlphaBitFields = 6;

inline constexpr uint32_t kSrgb = 0x73524742, kEmbeddedProfile = 0x4d424544, kLinkedProfile = 0x4c494e4b;

// Rows are padded to 32 bits.
inline uint64_t row_stride(uint64_t width, int bits) {
  return (width * static_cast<uint64_t>(bits) + 31) / 32 * 4;
}

}  // namespace laq::io::bmp
