// Pictures in the formats that other programs use: PNG, JPEG and the Netpbm family.
//
// Orientation has one source of truth, Metadata::orientation. Reading moves it there from the Exif data, whose own tag
// becomes 1; writing puts it back into the Exif data of formats that have them, and turns the samples for those that do
// not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

enum class FileFormat : uint8_t {
  png,
  jpeg,
  pgm,  // gray
  ppm,  // RGB; gray is written with three equal channels
  pam,  // with or without alpha
  pnm,  // the first of PGM, PPM and PAM that can hold the picture
};

inline constexpr uint64_t kMaxPixels = uint64_t{1} << 30;

// The format that a name such as "png" or "photo.JPG" asks for by its end; nothing where it is none of ours.
std::optional<FileFormat> format_of_name(const std::string& name);

// The picture in a file of a format that is recognised by its content. Pictures of more than max_pixels are refused
// before memory is allocated for them. Gray stays gray, palettes become RGB, samples of less than 8 bits become 8 bits.
// The notes name what the file has and the picture has not.
Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels = kMaxPixels);

// The file of a picture. An error tells what of the samples the format cannot hold; the notes name what else is left
// out.
Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileFormat format);

// The same for a path, or "-" for standard input.
Result<Noted<Picture>> read_picture(const std::string& path, uint64_t max_pixels = kMaxPixels);

// Writes the picture as a whole or not at all, see write_file. Returns nothing, or what went wrong.
std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileFormat format);

}  // namespace laq::io
