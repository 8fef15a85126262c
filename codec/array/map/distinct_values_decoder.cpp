#include "array/map/distinct_values.h"
#include "array/stage.h"
#include "base/bytes.h"

namespace laq::array {
namespace {

std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const uint64_t count = reader.integer(format.grid.size());
  if (reader.failed() || count == 0) return std::nullopt;
  return format_of_ranks(count, format.grid);
}

size_t decoding_bytes(const ChunkFormat& format, const ChunkFormat&, std::span<const std::byte> bytes) {
  const uint64_t count = ByteReader(bytes).integer(format.grid.size());
  return count * sizeof(uint64_t) + sizeof(UniversalCoder<SymbolReader>);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> ranks,
            std::span<std::byte> elements) {
  ByteReader reader(bytes);
  std::vector<uint64_t> table(reader.integer(format.grid.size()));
  SymbolReader symbols(reader.rest());
  if (!code_table(symbols, table)) return false;
  const OrderedPatterns order(format.type);
  const size_t of_element = element_bytes(format.type), of_rank = ranks.size() / format.grid.size();
  for (size_t i = 0; i < format.grid.size(); ++i) {
    const uint64_t rank = bits_at(ranks, of_rank, i);
    if (rank >= table.size()) return false;
    const uint64_t bits = order.to_bits(table[rank] & order.greatest());
    std::memcpy(elements.data() + i * of_element, &bits, of_element);
  }
  return true;
}

}  // namespace

const MapDecoder distinct_values_decoder = {[](const ChunkFormat&) { return true; }, simpler, decoding_bytes, decode};

}  // namespace laq::array
