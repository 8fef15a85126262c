#include "io/attachments.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "io/bytes.h"

namespace laq::io {
namespace {

// Takes an integer and so many bytes off `rest`; nothing if they are not there.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::optional<uint64_t> size = take_integer(rest);
  if (!size || *size > rest.size()) return std::nullopt;
  const std::string_view string = rest.substr(0, static_cast<size_t>(*size));
  rest.remove_prefix(string.size());
  return string;
}

// Takes a character off `rest`; nothing if it is not UTF-8 (RFC 3629).
std::optional<uint32_t> take_character(std::string_view& rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  const size_t size = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || size > rest.size()) return std::nullopt;
  uint32_t value = size == 1 ? first : first & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    value = value << 6 | (byte & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (value < kLeast[size - 1] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return std::nullopt;
  rest.remove_prefix(size);
  return value;
}

}  // namespace

const std::vector<std::byte>* find_attachment(std::span<const Attachment> attachments, std::string_view name) {
  const auto found = std::ranges::find(attachments, name, &Attachment::name);
  return found == attachments.end() ? nullptr : &found->bytes;
}

bool attach(std::vector<Attachment>& attachments, std::string_view name, std::vector<std::byte> contents) {
  if (contents.size() > kMaxAttachmentBytes) return false;
  if (!contents.empty()) attachments.push_back({std::string(name), std::move(contents)});
  return true;
}

bool attach(std::vector<Attachment>& attachments, std::string_view name, std::string_view contents) {
  const auto bytes = std::as_bytes(std::span(contents));
  return contents.size() <= kMaxAttachmentBytes && attach(attachments, name, std::vector(bytes.begin(), bytes.end()));
}

std::string describe_attachment(std::string_view name) {
  static constexpr std::pair<std::string_view, const char*> kNames[] = {{"from", "the kind of file it came from"},
                                                                        {"text", "text"},
                                                                        {"iptc", "IPTC or Photoshop data"},
                                                                        {"xmpx", "extended XMP"},
                                                                        {"gain", "gain map"},
                                                                        {"npyh", "type and order of a NumPy file"},
                                                                        {"exrh", "attributes of OpenEXR"},
                                                                        {"wrap", "the sound file around its samples"},
                                                                        {"flac", "blocks of a FLAC file"},
                                                                        {"modl", "the model file around its tensors"}};
  for (const auto& [known, words] : kNames) {
    if (name == known) return words;
  }
  return "attachment " + std::string(name);
}

std::vector<std::byte> join_texts(std::span<const Text> texts) {
  std::string joined;
  for (const Text& text : texts) {
    for (const std::string* part : {&text.keyword, &text.text}) {
      append_integer(joined, part->size());
      joined += *part;
    }
  }
  const auto bytes = std::as_bytes(std::span(joined));
  return {bytes.begin(), bytes.end()};
}

std::vector<Text> split_texts(std::span<const std::byte> contents) {
  std::vector<Text> texts;
  std::string_view rest = text_of(contents);
  while (!rest.empty()) {
    const auto keyword = take_string(rest);
    const auto text = keyword ? take_string(rest) : std::nullopt;
    if (!text) break;
    texts.push_back({std::string(*keyword), std::string(*text)});
  }
  return texts;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_character(text)) return false;
  }
  return true;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (value < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xc0 | value >> 6);
      utf8 += static_cast<char>(0x80 | (value & 0x3f));
    }
  }
  return utf8;
}

std::optional<std::string> latin1_of_utf8(std::string_view text) {
  std::string latin1;
  while (!text.empty()) {
    const std::optional<uint32_t> character = take_character(text);
    if (!character || *character > 0xff) return std::nullopt;
    latin1 += static_cast<char>(*character);
  }
  return latin1;
}

}  // namespace laq::io
