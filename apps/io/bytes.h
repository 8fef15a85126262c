// Bytes of files as numbers and as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace laq::io {

// An integer of up to eight bytes. Bytes beyond the end of `bytes` count as 0.
inline uint64_t integer(std::span<const std::byte> bytes, size_t offset, size_t size, bool is_big_endian) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    const size_t at = offset + (is_big_endian ? i : size - 1 - i);
    value = value << 8 | (at < bytes.size() ? std::to_integer<uint64_t>(bytes[at]) : 0);
  }
  return value;
}
inline uint64_t big_endian(std::span<const std::byte> bytes, size_t offset, size_t size) {
  return integer(bytes, offset, size, true);
}
inline uint64_t little_endian(std::span<const std::byte> bytes, size_t offset, size_t size) {
  return integer(bytes, offset, size, false);
}

// The bytes of an integer.
inline std::string integer_text(uint64_t value, size_t size, bool is_big_endian) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += static_cast<char>(value >> 8 * (is_big_endian ? size - 1 - i : i) & 0xff);
  return text;
}

// An integer of the LAQ format: seven bits a byte, the lowest first (LEB128).
inline void append_integer(std::string& bytes, uint64_t value) {
  for (; value > 0x7f; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}
// Takes such an integer, of at most 63 bits, off `rest`; nothing if it is not there.
inline std::optional<uint64_t> take_integer(std::string_view& rest) {
  uint64_t value = 0;
  for (int shift = 0; shift < 63 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A stranger's text for a message: a question mark stands for each byte of a control character, as such characters may
// command a terminal. Bytes of 0x80 to 0x9f are control characters of Latin-1, and of UTF-8 behind the byte 0xc2.
inline std::string printable(std::string_view text) {
  std::string result;
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_high_control = byte >= 0x80 && byte < 0xa0 && (before < 0x80 || before == 0xc2);
    if (is_high_control && before == 0xc2) result.back() = '?';
    result += byte < ' ' || byte == 0x7f || is_high_control ? '?' : c;
    before = byte;
  }
  return result;
}

// A name in a stranger's file, for a message: in quotes, printable, and cut if it is long.
inline std::string quoted_name(std::string_view name) {
  constexpr size_t kMost = 60;
  return "'" + printable(name.substr(0, kMost)) + (name.size() > kMost ? "..." : "") + "'";
}

}  // namespace laq::io
