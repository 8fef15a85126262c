// The chunks of a PNG file, for what libpng does not report. Source: PNG, third edition (W3C 2025), chapters 5 and 11.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/notes.h"

namespace laq::io {

struct PngChunk {
  std::string_view type;  // four letters
  std::span<const std::byte> data;
};

struct PngChunks {
  std::vector<PngChunk> chunks;       // complete, with a correct checksum, up to IEND
  std::vector<PngChunk> damaged;      // complete, with a wrong checksum
  std::span<const std::byte> behind;  // the bytes after IEND
  uint64_t compressed_bytes = 0;      // in all IDAT chunks, complete or not

  // The first chunk of a type; nullptr if there is none.
  const PngChunk* find(std::string_view type) const;
};

// The result refers to the bytes of the file.
PngChunks parse_png_chunks(std::span<const std::byte> file);

// A chunk to write.
struct NewPngChunk {
  std::string type;
  std::string data;
};

// Is it a tEXt, zTXt or iTXt chunk?
bool is_png_text(const PngChunk& chunk);

// Notes what the file has, apart from colour (png_colour.h) and text (png_text.h), and a picture that is read from it
// has not.
void note_png_losses(const PngChunks& png, Notes& notes);

}  // namespace laq::io
