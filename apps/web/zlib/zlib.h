// What the library asks of zlib, for modules in the browser, where there is none: the names and meanings are those of
// zlib. What compress2 writes is valid and not smaller; the pictures that a page encodes have nothing to compress
// there.
#pragma once

#include "inflate.h"

using Bytef = unsigned char;
using uLong = unsigned long;
using uLongf = unsigned long;

inline constexpr int Z_OK = 0, Z_DATA_ERROR = -3, Z_MEM_ERROR = -4;
inline constexpr int Z_BEST_COMPRESSION = 9;

inline uLong crc32_z(uLong crc, const Bytef* bytes, size_t size) {
  return laq::web::crc32(static_cast<uint32_t>(crc), {bytes, size});
}

inline int uncompress2(Bytef* contents, uLongf* size, const Bytef* stream, uLong* stream_size) {
  const laq::web::Inflated inflated = laq::web::inflate({stream, *stream_size}, {contents, *size});
  *size = static_cast<uLongf>(inflated.written);
  *stream_size = static_cast<uLong>(inflated.read);
  return inflated.is_whole ? Z_OK : Z_DATA_ERROR;
}
inline int uncompress(Bytef* contents, uLongf* size, const Bytef* stream, uLong stream_size) {
  return uncompress2(contents, size, stream, &stream_size);
}

inline uLong compressBound(uLong size) {
  return static_cast<uLong>(laq::web::stored_bytes(size));
}
inline int compress2(Bytef* stream, uLongf* stream_size, const Bytef* contents, uLong size, int) {
  *stream_size = static_cast<uLongf>(laq::web::store({contents, size}, {stream, *stream_size}));
  return *stream_size > 0 ? Z_OK : Z_MEM_ERROR;
}
