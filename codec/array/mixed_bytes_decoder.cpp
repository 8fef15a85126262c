#include <cstring>
#include <optional>

#include "array/mixed_bytes.h"
#include "array/stage.h"
#include "base/work.h"

namespace laq::array {
namespace {

// Nothing if the stream is damaged.
std::optional<MixingTables> tables_of(std::span<const std::byte> stream) {
  if (stream.size() < kMixedBytesHead || std::to_integer<int>(stream[0]) >= kMixingTables) return std::nullopt;
  return static_cast<MixingTables>(stream[0]);
}

size_t decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const std::optional<MixingTables> tables = tables_of(stream);
  return tables ? MixedBytes<SymbolReader>::bytes(format, *tables) : 0;
}

bool decode(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  const std::optional<MixingTables> tables = tables_of(stream);
  if (!tables) return false;
  SymbolReader reader(stream.subspan(kMixedBytesHead));
  const BytePlaces places{std::to_integer<uint8_t>(stream[1]), std::to_integer<uint8_t>(stream[2])};
  MixedBytes mixed(reader, format, elements, *tables, places);
  const size_t bytes = element_bytes(format.type), count = format.grid.size();
  for (size_t i = 0; i < count; ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t bits = mixed(0, [](int) {});
    if (reader.is_past_end()) return false;
    std::memcpy(elements.data() + i * bytes, &bits, bytes);
  }
  return true;
}

}  // namespace

const CodingDecoder mixed_bytes_decoder = {[](const ChunkFormat&) { return true; }, decoding_bytes, decode};

}  // namespace laq::array
