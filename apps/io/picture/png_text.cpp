#include "io/picture/png_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <zlib.h>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/exif.h"

namespace laq::io {
namespace {

constexpr size_t kMaxTextBytes = size_t{1} << 25;  // limit on all inflated text of a file, and on all text that is kept
constexpr size_t kMaxKeyword = 79;
constexpr std::string_view kXmpKey = "XML:com.adobe.xmp";
constexpr std::string_view kRawProfile = "Raw profile type ";

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

struct KeyedText {
  std::string_view keyword;
  std::string text;      // inflated
  bool is_utf8 = false;  // otherwise it is Latin-1
  bool has_language = false;
};

// The keyword and the text of a chunk; nothing if it is damaged, or its text is longer than `budget`.
std::optional<KeyedText> parse_text(const PngChunk& chunk, size_t& budget) {
  std::string_view rest = text_of(chunk.data);
  const std::optional<std::string_view> keyword = take_string(rest);
  if (!keyword || keyword->empty() || keyword->size() > kMaxKeyword) return std::nullopt;
  KeyedText result{*keyword, {}};
  bool is_compressed = chunk.type == "zTXt";
  if (chunk.type == "iTXt") {
    if (rest.empty()) return std::nullopt;
    is_compressed = rest.front() != 0;
    rest.remove_prefix(1);
  }
  if (chunk.type != "tEXt") {
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);  // the method of compression; only one exists
  }
  if (chunk.type == "iTXt") {
    const std::optional<std::string_view> language = take_string(rest);
    const std::optional<std::string_view> translated = language ? take_string(rest) : std::nullopt;
    if (!translated) return std::nullopt;
    result.has_language = !language->empty() || !translated->empty();
  }
  std::optional<std::string> text = is_compressed ? inflate_text(rest, budget) : std::string(rest);
  if (!text) return std::nullopt;
  result.text = std::move(*text);
  result.is_utf8 = chunk.type == "iTXt" && is_utf8(result.text);
  return result;
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

// Takes IPTC data, which are a block of Photoshop's resources or only what one of them holds.
bool take_iptc(std::string_view bytes, PngText& text) {
  if (!text.iptc.empty()) return false;
  std::string data(kJpegPhotoshopPrefix);
  if (bytes.starts_with(kJpegPhotoshopPrefix)) bytes.remove_prefix(kJpegPhotoshopPrefix.size());
  if (bytes.starts_with("8BIM")) {
    data += bytes;
  } else {
    constexpr std::string_view kIptcResource("8BIM\x04\x04\0\0", 8);
    data += std::string(kIptcResource) + integer_text(bytes.size(), 4, true) + std::string(bytes);
    if (bytes.size() % 2 != 0) data += '\0';
  }
  assign(text.iptc, data);
  return true;
}

// Takes the content of a raw profile if that kind is still missing. The prefix that the data have in JPEG tells the
// kind; without one the name of the profile does.
bool take_raw_profile(std::string_view name, std::string_view bytes, PngText& text) {
  if (name == "iptc") return take_iptc(bytes, text);
  const bool has_xmp_prefix = bytes.starts_with(kJpegXmpPrefix), has_exif_prefix = bytes.starts_with(kJpegExifPrefix);
  const bool is_exif = has_exif_prefix || (name != "xmp" && !has_xmp_prefix);
  if (has_xmp_prefix) bytes.remove_prefix(kJpegXmpPrefix.size());
  if (has_exif_prefix) bytes.remove_prefix(kJpegExifPrefix.size());
  std::vector<std::byte>& target = is_exif ? text.exif : text.xmp;
  if (!target.empty()) return false;
  assign(target, bytes);
  return true;
}

// Takes Exif, XMP or IPTC data from the text; false if it has none, or there were some already.
bool take_data(const KeyedText& keyed, PngText& text) {
  if (keyed.keyword == kXmpKey) {
    if (!text.xmp.empty()) return false;
    assign(text.xmp, keyed.text);
    return true;
  }
  if (!keyed.keyword.starts_with(kRawProfile)) return false;
  const std::string_view name = keyed.keyword.substr(kRawProfile.size());
  if (name != "exif" && name != "APP1" && name != "app1" && name != "xmp" && name != "iptc") return false;
  const std::optional<std::string> profile = decode_raw_profile(keyed.text);
  return profile && take_raw_profile(name, *profile, text);
}

// Bytes as ImageMagick's text: a line feed, a name, their number, and hexadecimal digits in lines of 72.
std::string encode_raw_profile(std::string_view name, std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\n" + std::string(name) + "\n" + std::to_string(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    text += kDigits[std::to_integer<size_t>(bytes[i]) >> 4];
    text += kDigits[std::to_integer<size_t>(bytes[i]) & 15];
  }
  return text + "\n";
}

std::string deflate_text(std::string_view text) {
  std::string stream(compressBound(static_cast<uLong>(text.size())), '\0');
  auto size = static_cast<uLongf>(stream.size());
  // The only failure there can be, as the room is enough.
  if (compress(reinterpret_cast<Bytef*>(stream.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
               static_cast<uLong>(text.size())) != Z_OK) {
    throw std::bad_alloc();
  }
  stream.resize(size);
  return stream;
}

NewPngChunk international_text(std::string_view keyword, std::string_view text) {
  return {"iTXt", std::string(keyword) + std::string(5, '\0') + std::string(text)};
}

// The chunk of a text; nothing if PNG cannot hold it.
std::optional<NewPngChunk> make_text(const Text& text) {
  const auto is_unprintable = [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code < 32 || (code >= 127 && code < 161);
  };
  const std::optional<std::string> keyword = latin1_of_utf8(text.keyword);
  if (!keyword || keyword->empty() || keyword->size() > kMaxKeyword || std::ranges::any_of(*keyword, is_unprintable) ||
      text.text.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  if (const std::optional<std::string> latin1 = latin1_of_utf8(text.text))
    return NewPngChunk{"tEXt", *keyword + '\0' + *latin1};
  if (is_utf8(text.text)) return international_text(*keyword, text.text);
  return std::nullopt;
}

}  // namespace

PngText read_png_text(const PngChunks& png, Notes& notes) {
  PngText text;
  std::vector<Text> texts;
  size_t budget = kMaxTextBytes, kept = 0;
  for (const PngChunk& chunk : png.chunks) {
    if (!is_png_text(chunk)) continue;
    const std::optional<KeyedText> keyed = parse_text(chunk, budget);
    if (keyed && take_data(*keyed, text)) continue;
    Text kept_text;
    if (keyed) {
      kept_text = {utf8_of_latin1(keyed->keyword), keyed->is_utf8 ? keyed->text : utf8_of_latin1(keyed->text)};
      kept += kept_text.keyword.size() + kept_text.text.size();
      if (keyed->has_language) notes.lose("language of text");
    }
    if (keyed && kept <= kMaxTextBytes && texts.size() < kMaxTexts) {
      texts.push_back(std::move(kept_text));
    } else {
      notes.lose("text");
    }
  }
  text.texts = join_texts(texts);
  return text;
}

std::vector<NewPngChunk> make_png_text(const Metadata& metadata, Notes& notes) {
  std::vector<NewPngChunk> chunks;
  if (!metadata.xmp.empty()) chunks.push_back(international_text(kXmpKey, text_of(metadata.xmp)));
  if (const auto* iptc = find_attachment(metadata.attachments, "iptc")) {
    std::span<const std::byte> data = *iptc;
    if (text_of(data).starts_with(kJpegPhotoshopPrefix)) data = data.subspan(kJpegPhotoshopPrefix.size());
    const std::string key = std::string(kRawProfile) + "iptc";
    chunks.push_back({"zTXt", key + std::string(2, '\0') + deflate_text(encode_raw_profile("iptc", data))});
  }
  const auto* texts = find_attachment(metadata.attachments, "text");
  for (const Text& text : texts ? split_texts(*texts) : std::vector<Text>()) {
    if (std::optional<NewPngChunk> chunk = make_text(text)) {
      chunks.push_back(std::move(*chunk));
    } else {
      notes.lose("text that PNG cannot hold");
    }
  }
  return chunks;
}

}  // namespace laq::io
