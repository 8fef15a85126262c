#include "array/transform/shuffled_deflate.h"

#include <new>

#include <zlib.h>

namespace laq::array {

std::vector<std::byte> shuffle_and_deflate(std::span<const std::byte> elements, size_t element_bytes) {
  const size_t count = elements.size() / element_bytes;
  std::vector<std::byte> shuffled(elements.size());
  for (size_t b = 0; b < element_bytes; ++b) {
    for (size_t i = 0; i < count; ++i) shuffled[b * count + i] = elements[i * element_bytes + b];
  }
  uLongf size = compressBound(static_cast<uLong>(shuffled.size()));
  std::vector<std::byte> stream(size);
  const int status = compress2(reinterpret_cast<Bytef*>(stream.data()), &size,
                               reinterpret_cast<const Bytef*>(shuffled.data()), static_cast<uLong>(shuffled.size()), 6);
  if (status != Z_OK) throw std::bad_alloc();
  stream.resize(size);
  return stream;
}

bool inflate_and_unshuffle(std::span<const std::byte> stream, size_t element_bytes, std::span<std::byte> elements) {
  std::vector<std::byte> shuffled(elements.size());
  uLongf size = static_cast<uLongf>(shuffled.size());
  const int status = uncompress(reinterpret_cast<Bytef*>(shuffled.data()), &size,
                                reinterpret_cast<const Bytef*>(stream.data()), static_cast<uLong>(stream.size()));
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK || size != shuffled.size()) return false;
  const size_t count = elements.size() / element_bytes;
  for (size_t b = 0; b < element_bytes; ++b) {
    for (size_t i = 0; i < count; ++i) elements[i * element_bytes + b] = shuffled[b * count + i];
  }
  return true;
}

}  // namespace laq::array
