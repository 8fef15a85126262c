#include <cstring>
#include <optional>

#include "array/mixed_bytes.h"
#include "array/stage.h"

namespace laq::array {
namespace {

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const std::optional<MixedBytesPlan> plan = plan_of(stream, format.grid.size());
  return plan ? MixedBytes<SymbolReader>::bytes(format, *plan) : 0;
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  const std::optional<MixedBytesPlan> plan = plan_of(stream, format.grid.size());
  if (!plan) return false;
  SymbolReader reader(stream.subspan(kMixedBytesHead));
  MixedBytes mixed(reader, format, elements, *plan);
  const size_t bytes = element_bytes(format.type);
  return mixed(
      format.grid.size(),
      [&](size_t index, size_t count, uint64_t bits) {
        for (size_t i = index; i < index + count; ++i) std::memcpy(elements.data() + i * bytes, &bits, bytes);
      },
      [](int) {});
}

}  // namespace

const CodingDecoder mixed_bytes_decoder = {[](const ChunkFormat&) { return true; }, decoding_bytes, decode};

}  // namespace laq::array
