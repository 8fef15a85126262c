// What the library asks of zlib, for modules in the browser, where there is none: the names and meanings are those of
// zlib. What compress2 writes is valid and not smaller; the pictures that a page encodes have nothing to compress
// there.
#pragma once

#include "inflate.h"

using Bytef = unsigned char;
using uInt = unsigned int;
using uLong = unsigned long;
using uLongf = unsigned long;
using z_off_t = long;

inline constexpr int Z_NO_FLUSH = 0, Z_OK = 0, Z_STREAM_END = 1, Z_NEED_DICT = 2, Z_FINISH = 4, Z_DATA_ERROR = -3,
                     Z_MEM_ERROR = -4;
inline constexpr int Z_BEST_COMPRESSION = 9;

inline uLong crc32_z(uLong crc, const Bytef* bytes, size_t size) {
  return laq::web::crc32(static_cast<uint32_t>(crc), {bytes, size});
}

// By the definition, bit by bit: no page joins checksums.
inline uLong crc32_combine(uLong first, uLong second, long second_bytes) {
  constexpr uLong kPolynomial = 0xedb88320;
  for (long bits = 8 * second_bytes; bits > 0; --bits) first = (first >> 1) ^ ((first & 1) != 0 ? kPolynomial : 0);
  return first ^ second;
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

// Streams: the whole of what is read and of what is written is there at once; what is deflated in steps follows itself
// in memory.
struct z_stream {
  Bytef* next_in = nullptr;
  uInt avail_in = 0;
  Bytef* next_out = nullptr;
  uInt avail_out = 0;
  uLong total_out = 0;
  const Bytef* dictionary = nullptr;
  uInt dictionary_size = 0;
  uInt waiting = 0;  // bytes before next_in that are still to be deflated
};

inline int inflateInit(z_stream*) {
  return Z_OK;
}
inline int inflateEnd(z_stream*) {
  return Z_OK;
}
inline int inflateSetDictionary(z_stream* state, const Bytef* dictionary, uInt size) {
  state->dictionary = dictionary;
  state->dictionary_size = size;
  return Z_OK;
}
inline int inflate(z_stream* state, int) {
  constexpr Bytef kDictionary = 0x20;
  if (state->avail_in > 1 && (state->next_in[1] & kDictionary) != 0 && state->dictionary == nullptr) return Z_NEED_DICT;
  const laq::web::Inflated inflated =
      laq::web::inflate({state->next_in, state->avail_in}, {state->next_out, state->avail_out},
                        {state->dictionary, state->dictionary_size});
  state->avail_in -= static_cast<uInt>(inflated.read);
  state->avail_out -= static_cast<uInt>(inflated.written);
  return inflated.is_whole ? Z_STREAM_END : Z_DATA_ERROR;
}

inline int deflateInit(z_stream*, int) {
  return Z_OK;
}
inline int deflateEnd(z_stream*) {
  return Z_OK;
}
inline int deflateSetDictionary(z_stream*, const Bytef*, uInt) {
  return Z_OK;  // stored bytes need none
}
inline uLong deflateBound(z_stream*, uLong size) {
  return compressBound(size);
}
inline int deflate(z_stream* state, int flush) {
  state->next_in += state->avail_in;
  state->waiting += state->avail_in;
  state->avail_in = 0;
  if (flush == Z_NO_FLUSH) return Z_OK;
  state->total_out = static_cast<uLong>(
      laq::web::store({state->next_in - state->waiting, state->waiting}, {state->next_out, state->avail_out}));
  return state->total_out > 0 ? Z_STREAM_END : Z_DATA_ERROR;
}
