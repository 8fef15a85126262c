// Streams of zlib (RFC 1950, of blocks by RFC 1951) without zlib, for modules in the browser: inflate, streams whose
// blocks are stored as they are, and CRC-32 (ISO 3309). Portable, so that the tests hold it against zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace laq::web {

// The CRC-32 of `bytes` after those that gave `crc`, which is 0 at the beginning.
uint32_t crc32(uint32_t crc, std::span<const uint8_t> bytes);

struct Inflated {
  size_t read = 0;        // bytes of the stream
  size_t written = 0;     // bytes of the contents
  bool is_whole = false;  // false: the stream is damaged or ends too early, or the contents have no room
};

// Inflates the stream that begins with the first byte; bytes behind its end are not looked at.
Inflated inflate(std::span<const uint8_t> stream, std::span<uint8_t> contents);

// The size of the stream that store() writes for so many bytes.
size_t stored_bytes(size_t size);
// Writes the stream of `contents` and gives its size; 0, where `stream` has no room for it.
size_t store(std::span<const uint8_t> contents, std::span<uint8_t> stream);

}  // namespace laq::web
