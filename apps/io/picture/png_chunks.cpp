#include "io/picture/png_chunks.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <zlib.h>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr size_t kSignatureBytes = 8;

bool is_type(std::string_view type) {
  return std::all_of(type.begin(), type.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

void note_significant_bits(const PngChunks& png, std::span<const std::byte> significant, Notes& notes) {
  const PngChunk* header = png.find("IHDR");
  if (!header || header->data.size() < 10) return;
  const bool is_palette = header->data[9] == std::byte{3};
  const std::byte depth = is_palette ? std::byte{8} : header->data[8];
  const bool has_fewer = std::any_of(significant.begin(), significant.end(), [&](std::byte b) { return b < depth; });
  if (has_fewer) notes.lose("number of significant bits (sBIT)");
}

// The picture in IDAT may be the first frame or no frame at all; fdAT chunks hold further frames.
void note_animation(const PngChunks& png, Notes& notes) {
  const PngChunk* control = png.find("acTL");
  if (png.find("fdAT") || (control && big_endian(control->data, 0, 4) != 1)) notes.lose("APNG frames after the first");
}

// Notes a chunk that concerns no animation.
void note_chunk(const PngChunks& png, const PngChunk& chunk, Notes& notes) {
  static constexpr std::string_view kNotLost[] = {
      "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "eXIf", "pHYs",                  // kept
      "iCCP", "sRGB", "cICP", "gAMA", "cHRM", "mDCV", "mDCv", "cLLI", "cLLi",  // read_png_colour()
      "acTL", "fcTL", "fdAT",                                                  // noted above
      "hIST", "iDOT"};  // hints for programs that show or decode the picture
  static constexpr ChunkName kNames[] = {{"bKGD", "background colour (bKGD)"},
                                         {"tIME", "time of change (tIME)"},
                                         {"sPLT", "suggested palette (sPLT)"},
                                         {"oFFs", "position (oFFs)"},
                                         {"sTER", "stereo layout (sTER)"},
                                         {"pCAL", "calibration (pCAL)"},
                                         {"sCAL", "scale (sCAL)"},
                                         {"caBX", "C2PA data (caBX)"},
                                         {"gmAP", "gain map (gmAP)"},
                                         {"gdAT", "gain map (gdAT)"}};
  if (std::ranges::find(kNotLost, chunk.type) != std::end(kNotLost) || is_png_text(chunk)) return;
  if (chunk.type == "sBIT") {
    note_significant_bits(png, chunk.data, notes);
  } else {
    notes.lose(name_of_chunk(chunk.type, kNames));
  }
}

}  // namespace

const PngChunk* PngChunks::find(std::string_view type) const {
  const auto found = std::find_if(chunks.begin(), chunks.end(), [&](const PngChunk& c) { return c.type == type; });
  return found == chunks.end() ? nullptr : &*found;
}

bool is_png_text(const PngChunk& chunk) {
  return chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt";
}

PngChunks parse_png_chunks(std::span<const std::byte> file) {
  PngChunks png;
  std::span<const std::byte> rest = file.subspan(std::min(file.size(), kSignatureBytes));
  while (rest.size() >= 8) {
    const uint64_t length = big_endian(rest, 0, 4);
    const std::string_view type = text_of(rest.subspan(4, 4));
    if (!is_type(type)) break;
    const std::span<const std::byte> there = rest.subspan(8);
    if (type == "IDAT") png.compressed_bytes += std::min<uint64_t>(length, there.size());
    if (length + 4 > there.size()) break;
    const auto size = static_cast<size_t>(length);
    const uLong checksum = crc32_z(0, reinterpret_cast<const Bytef*>(rest.data() + 4), size + 4);
    (checksum == big_endian(there, size, 4) ? png.chunks : png.damaged).push_back({type, there.first(size)});
    rest = there.subspan(size + 4);
    if (type == "IEND") {
      png.behind = rest;
      break;
    }
  }
  return png;
}

void note_png_losses(const PngChunks& png, Notes& notes) {
  note_animation(png, notes);
  for (const PngChunk& chunk : png.chunks) note_chunk(png, chunk, notes);
  for (const PngChunk& chunk : png.damaged) notes.lose("damaged chunk " + std::string(chunk.type));
  if (!png.behind.empty()) notes.lose(std::to_string(png.behind.size()) + " bytes after the picture");
}

}  // namespace laq::io
