// The text chunks of a PNG file: tEXt, zTXt and iTXt. Some hold no text but Exif, XMP or IPTC data: XMP under its own
// keyword, and all three as hexadecimal digits under ImageMagick's "Raw profile type ...".
#pragma once

#include <cstddef>
#include <vector>

#include "io/notes.h"
#include "io/picture/png_chunks.h"
#include "laq/laq.hpp"

namespace laq::io {

struct PngText {
  std::vector<std::byte> exif;  // a TIFF structure
  std::vector<std::byte> xmp;
  std::vector<std::byte> iptc;   // as the attachment `iptc`
  std::vector<std::byte> texts;  // all others, as the attachment `text`
};

// The first of each kind of data. The notes tell of damaged text, of text beyond 32 MiB, inflated, or kMaxTexts, and of
// the language of a text, none of which is kept.
PngText read_png_text(const PngChunks& png, Notes& notes);

// The chunks that hold XMP and the attachments `text` and `iptc`. The notes tell of text that PNG cannot hold.
std::vector<NewPngChunk> make_png_text(const Metadata& metadata, Notes& notes);

}  // namespace laq::io
