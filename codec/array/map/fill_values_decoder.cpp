#include <algorithm>

#include "array/map/fill_values.h"
#include "array/stage.h"

namespace laq::array {
namespace {

std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte>) {
  return format_without_fill_values(format);
}

size_t decoding_bytes(const ChunkFormat& format, const ChunkFormat& simpler, std::span<const std::byte>) {
  return format.grid.size() * (simpler.type == format.type ? 1 : 2) * sizeof(double) + masked_decoding_bytes(simpler);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> decoded,
            std::span<std::byte> elements) {
  const ChunkFormat simpler = format_without_fill_values(format);
  const std::vector<double> values = values_of(simpler.type, decoded);
  if (simpler.type == format.type) {
    std::copy(decoded.begin(), decoded.end(), elements.begin());
  } else {
    std::vector<double> rounded(values.size());
    const ElementRange range = format.range();
    for (size_t i = 0; i < values.size(); ++i) rounded[i] = range.round(values[i]);
    store_values(format.type, rounded, elements);
  }
  return read_masked(format.type, format.grid, values, bytes, elements);
}

}  // namespace

const MapDecoder fill_values_decoder = {[](const ChunkFormat&) { return true; }, simpler, decoding_bytes, decode};

}  // namespace laq::array
