// The orientation tag of Exif data: a TIFF structure whose first directory (IFD0) may hold tag 0x0112, 1..8. It should
// be a SHORT; integers of every other type are read too.
// Source: Exif 2.32 (CIPA DC-008), section 4.6; TIFF 6.0, section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace laq::io {

// 1..8; 1 where the tag is missing or makes no sense.
uint8_t exif_orientation(std::span<const std::byte> exif);

// Changes the tag, in place where it exists, to a SHORT. Where it does not, nothing happens for orientation 1; else the
// tag is added to the directory (which moves to the end), or, where `exif` is empty or not TIFF, `exif` becomes a
// structure of this tag alone.
void set_exif_orientation(std::vector<std::byte>& exif, uint8_t orientation);

}  // namespace laq::io
