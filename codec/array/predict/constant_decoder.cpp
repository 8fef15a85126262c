// Constant: all elements are the same. The stream is the element.
#include <algorithm>
#include <cstring>

#include "array/stage.h"
#include "base/element.h"

namespace laq::array {
namespace {

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  const size_t bytes = element_bytes(format.type);
  if (stream.size() < bytes) return false;
  if (elements.size() < bytes) return true;
  // What is filled doubles.
  std::memcpy(elements.data(), stream.data(), bytes);
  for (size_t filled = bytes; filled < elements.size();) {
    const size_t count = std::min({filled, elements.size() - filled, size_t{1} << 16});
    std::memcpy(elements.data() + filled, elements.data(), count);
    filled += count;
  }
  return true;
}

}  // namespace

const CodingDecoder constant_decoder = {
    [](const ChunkFormat&) { return true; },
    [](const ChunkFormat& format, std::span<const std::byte>) { return element_bytes(format.type); }, decode};

}  // namespace laq::array
