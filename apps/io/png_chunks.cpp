#include "io/png_chunks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>

#include <zlib.h>

#include "io/bytes.h"
#include "io/exif.h"

namespace laq::io {
namespace {

constexpr size_t kSignatureBytes = 8;
constexpr size_t kMaxTextBytes = size_t{1} << 25;  // limit on all inflated text of a file
constexpr std::string_view kXmpKey = "XML:com.adobe.xmp";
constexpr std::string_view kRawProfile = "Raw profile type ";

bool is_type(std::string_view type) {
  return std::all_of(type.begin(), type.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

// Inflates a zlib stream; nothing if it is damaged or longer than `budget`, which is lowered by the size of the result.
std::optional<std::string> inflate_text(std::string_view compressed, size_t& budget) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string text;
  int status = Z_OK;
  while (status == Z_OK && text.size() < budget) {
    std::array<char, 4096> part;
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = part.size();
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(part.data(), part.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  budget -= std::min(budget, text.size());
  if (status != Z_STREAM_END) return std::nullopt;
  return text;
}

// Takes the text before the next zero byte off `rest`; nothing if there is no zero byte.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view string = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return string;
}

bool is_text(const PngChunk& chunk) {
  return chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt";
}

// The text of a tEXt, zTXt or iTXt chunk, inflated.
std::optional<std::string> read_text(const PngChunk& chunk, size_t& budget) {
  std::string_view rest = text_of(chunk.data);
  if (!take_string(rest)) return std::nullopt;
  if (chunk.type == "tEXt") return std::string(rest);
  bool is_compressed = true;
  if (chunk.type == "iTXt") {
    if (rest.empty()) return std::nullopt;
    is_compressed = rest.front() != 0;
    rest.remove_prefix(1);
  }
  if (rest.empty()) return std::nullopt;
  rest.remove_prefix(1);  // the method of compression; only one exists
  if (chunk.type == "iTXt" && (!take_string(rest) || !take_string(rest)))
    return std::nullopt;  // language, translated key
  return is_compressed ? inflate_text(rest, budget) : std::string(rest);
}

// The bytes of a raw profile: a line with its name, one with its length, and hexadecimal digits with line feeds.
std::optional<std::string> decode_raw_profile(std::string_view text) {
  const size_t name = text.find_first_not_of(" \n");
  const size_t name_end = text.find('\n', name);
  if (name == std::string_view::npos || name_end == std::string_view::npos) return std::nullopt;
  char* end = nullptr;
  const std::string rest(text.substr(name_end));
  const unsigned long length = std::strtoul(rest.c_str(), &end, 10);
  std::string digits, bytes;
  std::ranges::copy_if(std::string_view(end), std::back_inserter(digits),
                       [](unsigned char c) { return std::isxdigit(c) != 0; });
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  if (bytes.empty() || bytes.size() != length) return std::nullopt;
  return bytes;
}

void assign(std::vector<std::byte>& target, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  target.assign(bytes.begin(), bytes.end());
}

// Takes the content of a raw profile if that kind is still missing. The prefix that the data have in JPEG tells the
// kind; without one the name of the profile does.
bool take_raw_profile(std::string_view name, std::string_view bytes, PngText& text) {
  const bool has_xmp_prefix = bytes.starts_with(kJpegXmpPrefix), has_exif_prefix = bytes.starts_with(kJpegExifPrefix);
  const bool is_exif = has_exif_prefix || (name != "xmp" && !has_xmp_prefix);
  if (has_xmp_prefix) bytes.remove_prefix(kJpegXmpPrefix.size());
  if (has_exif_prefix) bytes.remove_prefix(kJpegExifPrefix.size());
  std::vector<std::byte>& target = is_exif ? text.exif : text.xmp;
  if (!target.empty()) return false;
  assign(target, bytes);
  return true;
}

// Takes Exif or XMP data from the chunk into `text`; false if it has none, or there were some already.
bool take_text(const PngChunk& chunk, PngText& text, size_t& budget) {
  std::string_view rest = text_of(chunk.data);
  const std::string_view key = take_string(rest).value_or(std::string_view());
  if (key == kXmpKey) {
    const std::optional<std::string> xmp = text.xmp.empty() ? read_text(chunk, budget) : std::nullopt;
    if (xmp) assign(text.xmp, *xmp);
    return xmp.has_value();
  }
  if (!key.starts_with(kRawProfile)) return false;
  const std::string_view name = key.substr(kRawProfile.size());
  if (name != "exif" && name != "APP1" && name != "app1" && name != "xmp") return false;
  const std::optional<std::string> digits = read_text(chunk, budget);
  const std::optional<std::string> profile = digits ? decode_raw_profile(*digits) : std::nullopt;
  return profile && take_raw_profile(name, *profile, text);
}

// Primaries and white point of sRGB in cHRM's order and unit, a hundred-thousandth.
constexpr std::array<uint32_t, 8> kSrgbChromaticities = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};
constexpr uint32_t kSrgbGamma = 45455;  // gAMA of sRGB

bool is_near(uint32_t a, uint32_t b) {
  return std::max(a, b) - std::min(a, b) <= 500;  // an invisible difference; programs round in many ways
}

bool is_srgb_chromaticities(std::span<const std::byte> data) {
  if (data.size() != 32) return false;
  for (size_t i = 0; i < 8; ++i) {
    if (!is_near(static_cast<uint32_t>(big_endian(data, 4 * i, 4)), kSrgbChromaticities[i])) return false;
  }
  return true;
}

// Notes chunks that change how the samples look. cICP overrides iCCP, which overrides sRGB, which overrides gAMA and
// cHRM.
void note_colour(const PngChunks& png, Notes& notes) {
  constexpr std::string_view kSrgbCodes("\x01\x0d\x00\x01", 4);  // primaries, transfer, matrix, full range
  if (const PngChunk* cicp = png.find("cICP")) {
    if (text_of(cicp->data) != kSrgbCodes) notes.lose("colour space (cICP)");
    return;
  }
  if (png.find("iCCP") || png.find("sRGB")) return;
  const PngChunk* gamma = png.find("gAMA");
  if (gamma && !is_near(static_cast<uint32_t>(big_endian(gamma->data, 0, 4)), kSrgbGamma)) notes.lose("gamma (gAMA)");
  const PngChunk* chromaticities = png.find("cHRM");
  if (chromaticities && !is_srgb_chromaticities(chromaticities->data)) notes.lose("chromaticities (cHRM)");
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

// Notes a chunk that concerns neither colour, animation nor text.
void note_chunk(const PngChunks& png, const PngChunk& chunk, Notes& notes) {
  static constexpr std::string_view kNotLost[] = {
      "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "sRGB", "cICP", "gAMA", "cHRM", "eXIf",  // kept, or noted above
      "acTL", "fcTL", "fdAT",                                                                  // noted above
      "hIST", "iDOT"};  // hints for programs that show or decode the picture
  static constexpr ChunkName kNames[] = {{"mDCV", "mastering display (mDCV)"},
                                         {"mDCv", "mastering display (mDCv)"},
                                         {"cLLI", "content light level (cLLI)"},
                                         {"cLLi", "content light level (cLLi)"},
                                         {"bKGD", "background colour (bKGD)"},
                                         {"tIME", "time of change (tIME)"},
                                         {"sPLT", "suggested palette (sPLT)"},
                                         {"oFFs", "position (oFFs)"},
                                         {"sTER", "stereo layout (sTER)"},
                                         {"pCAL", "calibration (pCAL)"},
                                         {"sCAL", "scale (sCAL)"},
                                         {"caBX", "C2PA data (caBX)"},
                                         {"gmAP", "gain map (gmAP)"},
                                         {"gdAT", "gain map (gdAT)"}};
  if (std::ranges::find(kNotLost, chunk.type) != std::end(kNotLost) || is_text(chunk)) return;
  if (chunk.type == "pHYs") {
    const bool is_square = big_endian(chunk.data, 0, 4) == big_endian(chunk.data, 4, 4);
    const bool has_unit = chunk.data.size() == 9 && chunk.data[8] == std::byte{1};
    if (!has_unit && !is_square) notes.lose("pixel aspect ratio (pHYs)");
  } else if (chunk.type == "sBIT") {
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

PngText read_png_text(const PngChunks& png) {
  PngText text;
  size_t budget = kMaxTextBytes;
  for (const PngChunk& chunk : png.chunks) {
    if (is_text(chunk) && !take_text(chunk, text, budget)) text.has_more = true;
  }
  return text;
}

void note_png_losses(const PngChunks& png, Notes& notes) {
  note_colour(png, notes);
  note_animation(png, notes);
  for (const PngChunk& chunk : png.chunks) note_chunk(png, chunk, notes);
  for (const PngChunk& chunk : png.damaged) notes.lose("damaged chunk " + std::string(chunk.type));
  if (!png.behind.empty()) notes.lose(std::to_string(png.behind.size()) + " bytes after the picture");
}

}  // namespace laq::io
