#include "array/map/logarithm.h"
#include "array/stage.h"

namespace laq::array {
namespace {

bool allows(const ChunkFormat& format) {
  return format.fidelity == Fidelity::relative_error && share_of(format) > 0;
}

std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte>) {
  return format_of_logarithms(format);
}

size_t decoding_bytes(const ChunkFormat& format, const ChunkFormat&, std::span<const std::byte>) {
  constexpr size_t kModels = 1 << 12;
  return format.grid.size() * (sizeof(double) + sizeof(Kind)) + kModels +
         RawElementCoder<SymbolReader>::bytes(format.grid.size());
}

bool decode(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> decoded,
            std::span<std::byte> elements) {
  std::vector<double> values = values_of(ElementType::float64, decoded);  // logarithms, at first
  SymbolReader reader(bytes);
  const double unit = std::ldexp(1.0, code_exponent(reader, 0));
  std::vector<Kind> kinds(values.size());
  code_kinds(reader, format.grid, values, kinds);
  if (reader.is_past_end()) return false;
  RawElementCoder raw(reader, format.type, {}, format.grid);
  code_raw_elements(raw, kinds);
  if (reader.is_past_end()) return false;
  const ElementRange range = format.range();
  for (size_t i = 0; i < values.size(); ++i) values[i] = element_of(kinds[i], values[i], unit, range);
  store_values(format.type, values, elements);
  raw.store(elements);
  return true;
}

}  // namespace

const MapDecoder logarithm_decoder = {allows, simpler, decoding_bytes, decode};

}  // namespace laq::array
