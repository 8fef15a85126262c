// The Exif data within a TIFF file, which are spread over its directories, as a structure of their own.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace laq::io {

// The tags of the first directory that Exif shares (camera, software, time, artist, copyright, description), and its
// Exif and GPS directories. Empty if there are none, or if the file is a BigTIFF. Source: Exif 2.32, section 4.6.
std::vector<std::byte> exif_of_tiff(std::span<const std::byte> file);

}  // namespace laq::io
