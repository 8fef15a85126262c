#include <cstring>

#include "array/mixed_bytes.h"
#include "array/stage.h"

namespace laq::array {
namespace {

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  return stream.size() < kMixedBytesHead ? 0 : MixedBytes<SymbolReader>::bytes(format);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  if (stream.size() < kMixedBytesHead) return false;
  SymbolReader reader(stream.subspan(kMixedBytesHead));
  const BytePlaces places{std::to_integer<uint8_t>(stream[0]), std::to_integer<uint8_t>(stream[1])};
  MixedBytes mixed(reader, format, elements, places);
  const size_t bytes = element_bytes(format.type);
  return mixed(
      [&](size_t index, size_t count, uint64_t bits) {
        for (size_t i = index; i < index + count; ++i) std::memcpy(elements.data() + i * bytes, &bits, bytes);
      },
      [](int) {});
}

}  // namespace

const CodingDecoder mixed_bytes_decoder = {[](const ChunkFormat&) { return true; }, decoding_bytes, decode};

}  // namespace laq::array
