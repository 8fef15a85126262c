#include <cstring>

#include "array/mixed_bytes.h"
#include "array/stage.h"
#include "base/work.h"

namespace laq::array {
namespace {

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte>) {
  return MixedBytes<SymbolReader>::bytes(format);
}

// The first byte of a stream names the bytes of elements that are coded as they are.
bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  if (stream.empty()) return false;
  SymbolReader reader(stream.subspan(1));
  MixedBytes mixed(reader, format, elements, std::to_integer<uint8_t>(stream[0]));
  const size_t bytes = element_bytes(format.type), count = format.grid.size();
  for (size_t i = 0; i < count; ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t bits = mixed(i, 0, [](int) {});
    if (reader.is_past_end()) return false;
    std::memcpy(elements.data() + i * bytes, &bits, bytes);
  }
  return true;
}

}  // namespace

const CodingDecoder mixed_bytes_decoder = {[](const ChunkFormat&) { return true; }, decoding_bytes, decode};

}  // namespace laq::array
