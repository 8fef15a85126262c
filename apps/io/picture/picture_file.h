// Pictures in the formats that other programs use: those of the table in formats.h.
//
// Metadata::orientation is the only source of the orientation. Reading moves it there from the Exif data, whose own tag
// becomes 1. Writing puts it back into the Exif data; for a format without Exif it turns the samples instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/file_kind.h"
#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

inline constexpr uint64_t kMaxPixels = uint64_t{1} << 30;

// Reads a picture, whose format is recognised by its content. Pictures of more than max_pixels are refused before
// memory is allocated for them. Gray stays gray, palettes become RGB, samples of fewer than 8 bits become 8 bits. The
// notes name what the file has and the picture has not.
Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels = kMaxPixels);

// Makes a file of a picture. It is an error if the format cannot hold the samples, or is not written by this build; the
// notes name what else is left out.
Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileKind kind);

// Reads the picture at a path, or from standard input for "-".
Result<Noted<Picture>> read_picture(const std::string& path, uint64_t max_pixels = kMaxPixels);

// Writes the picture as a whole or not at all, see write_file. Returns nothing, or what went wrong.
std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileKind kind);

}  // namespace laq::io
