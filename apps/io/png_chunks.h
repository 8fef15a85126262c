// The chunks of a PNG file as they stand in it: what libpng does not tell. Source: PNG, third edition (W3C 2025),
// chapters 5 and 11.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/notes.h"

namespace laq::io {

struct PngChunk {
  std::string_view type;  // four letters
  std::span<const std::byte> data;
};

struct PngChunks {
  std::vector<PngChunk> chunks;       // those that are whole and have a right checksum, up to IEND
  std::vector<PngChunk> damaged;      // those that are whole and have a wrong one
  std::span<const std::byte> behind;  // the bytes behind IEND
  uint64_t compressed_bytes = 0;      // in all IDAT chunks, whole or not

  // The first chunk of a type; nullptr if there is none.
  const PngChunk* find(std::string_view type) const;
};

// All views are of the file's bytes.
PngChunks parse_png_chunks(std::span<const std::byte> file);

// Metadata that are kept in text chunks: by XMP's own key word, or by ImageMagick's "Raw profile type ...", which are
// hexadecimal digits.
struct PngText {
  std::vector<std::byte> exif;  // a TIFF structure
  std::vector<std::byte> xmp;
  bool has_more = false;  // text that is neither, or could not be read
};

// The first of each kind. What is damaged is not read, nor what comes after 32 MiB of inflated text.
PngText read_png_text(const PngChunks& png);

// Names what is in the file, and neither in a picture nor in its text that is read.
void note_png_losses(const PngChunks& png, Notes& notes);

}  // namespace laq::io
