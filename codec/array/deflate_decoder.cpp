// Deflate: elements as they are, transposed by bytes: the first bytes of all elements, then the second ones and so on,
// deflated by zlib (RFC 1950). So the bytes that smooth numbers share lie together.
#include <new>
#include <vector>

#include <zlib.h>

#include "array/stage.h"

namespace laq::array {
namespace {

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte>) {
  constexpr size_t kInflate = 1 << 16;
  return format.bytes() + kInflate;
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  std::vector<std::byte> shuffled(elements.size());
  uLongf size = static_cast<uLongf>(shuffled.size());
  const int status = uncompress(reinterpret_cast<Bytef*>(shuffled.data()), &size,
                                reinterpret_cast<const Bytef*>(stream.data()), static_cast<uLong>(stream.size()));
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK || size != shuffled.size()) return false;
  const size_t bytes = element_bytes(format.type), count = elements.size() / bytes;
  for (size_t b = 0; b < bytes; ++b) {
    for (size_t i = 0; i < count; ++i) elements[i * bytes + b] = shuffled[b * count + i];
  }
  return true;
}

}  // namespace

const CodingDecoder deflate_decoder = {[](const ChunkFormat&) { return true; }, decoding_bytes, decode};

}  // namespace laq::array
