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

// A name in a stranger's file, for a message: in quotes, cut if it is long, without what would move the cursor of a
// terminal.
inline std::string quoted_name(std::string_view name) {
  constexpr size_t kMost = 60;
  std::string text(name.substr(0, kMost));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return "'" + text + (name.size() > kMost ? "..." : "") + "'";
}

}  // namespace laq::io
