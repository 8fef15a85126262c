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
#include "io/picture/row_reader.h"
#include "io/picture/row_writer.h"
#include "laq/laq.hpp"

namespace laq::io {

inline constexpr uint64_t kMaxPixels = uint64_t{1} << 30;

// The error for a picture of more than max_pixels.
Error too_many_pixels(uint64_t max_pixels);

// Reads a picture, whose format is recognised by its content. Pictures of more than max_pixels are refused before
// memory is allocated for them. Gray stays gray, palettes become RGB, samples of fewer than 8 bits become 8 bits. The
// notes name what the file has and the picture has not.
Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels = kMaxPixels);

// Makes a file of a picture. It is an error if the format cannot hold the samples, or is not written by this build; the
// notes name what else is left out.
Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileKind kind);

// Can pictures with such samples and these metadata be written to files of this kind row by row? Not if they must be
// turned upright, and not if floating-point samples must become integers.
bool writes_rows(FileKind kind, SampleFormat sample_format, const Metadata& metadata);

// The same as encode_picture() row by row, if writes_rows() says so. `picture` has the size and the metadata, its
// samples are not looked at; it may end before the writer, which the sink may not.
OpenedWriter create_picture(const Picture& picture, FileKind kind, ByteSink& sink);

// Begins to read a picture row by row: null if that is not possible for this kind of file, and decode_picture() is to
// read it. Errors: those of decode_picture() that the header tells.
OpenedRows open_picture(std::span<const std::byte> file, uint64_t max_pixels = kMaxPixels);

// Reads the picture at a path, or from standard input for "-". Floating-point samples become such of 16 bits.
Result<Noted<Picture>> read_picture(const std::string& path, uint64_t max_pixels = kMaxPixels);

// Writes the picture as a whole or not at all, see write_file. Returns nothing, or what went wrong.
std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileKind kind);

}  // namespace laq::io
