// The orientation tag of Exif data, which are a TIFF structure. Its first directory (IFD0) may hold tag 0x0112 with a
// value 1..8. The type should be SHORT; integers of all other types are read too. Source: Exif 2.32 (CIPA DC-008),
// section 4.6; TIFF 6.0, section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// What Exif, XMP and Photoshop's data begin with in a JPEG file, and in PNG files of some programs.
inline constexpr std::string_view kJpegExifPrefix("Exif\0\0", 6);
inline constexpr std::string_view kJpegXmpPrefix("http://ns.adobe.com/xap/1.0/\0", 29);
inline constexpr std::string_view kJpegPhotoshopPrefix("Photoshop 3.0\0", 14);

// Returns 1..8; 1 if the tag is missing or its value is invalid.
uint8_t exif_orientation(std::span<const std::byte> exif);

// Sets the tag, as a SHORT. If it exists, it is changed in place. If it does not, and the orientation is not 1, it is
// added to the directory, which moves to the end. If `exif` is empty or not TIFF, it becomes a structure of this tag
// alone.
void set_exif_orientation(std::vector<std::byte>& exif, uint8_t orientation);

// Takes off the prefix that Exif data have in JPEG, which some programs write in other files, too, and moves their
// orientation to metadata.orientation.
void normalize_exif(Metadata& metadata);

// The TIFF structure in a box of HEIF and JPEG XL, which begins with its offset (ISO/IEC 23008-12, A.2.1); empty if the
// offset leads outside.
std::vector<std::byte> exif_of_box(std::span<const std::byte> box);

}  // namespace laq::io
