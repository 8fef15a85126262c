// Integers of up to eight bytes in the headers of files. Bytes beyond the end of `bytes` count as 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace laq::io {

inline uint64_t big_endian(std::span<const std::byte> bytes, size_t offset, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value = value << 8 | (offset + i < bytes.size() ? std::to_integer<uint64_t>(bytes[offset + i]) : 0);
  }
  return value;
}

inline uint64_t little_endian(std::span<const std::byte> bytes, size_t offset, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) {
    value = value << 8 | (offset + i < bytes.size() ? std::to_integer<uint64_t>(bytes[offset + i]) : 0);
  }
  return value;
}

}  // namespace laq::io
