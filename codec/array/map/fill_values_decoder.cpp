// Fill values: numbers that mark what is missing, and all that is not finite, are masked; the simpler chunk is NaN
// there. The map's bytes: the raw elements that are masked.
#include <algorithm>
#include <cmath>

#include "array/map/masked_elements.h"
#include "array/stage.h"

namespace laq::array {
namespace {

// Integers have no NaN, so doubles stand for them.
std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte>) {
  ChunkFormat simpler = format;
  if (!is_integer(format.type)) return simpler;
  simpler.type = ElementType::float64;
  if (format.fidelity == Fidelity::mean_squared_error) return simpler;
  simpler.tolerance = std::floor(format.bound()) + kAlmostHalf;
  simpler.fidelity = Fidelity::max_error;
  return simpler;
}

size_t decoding_bytes(const ChunkFormat& format, const ChunkFormat& simpler, std::span<const std::byte>) {
  return format.grid.size() * (simpler.type == format.type ? 1 : 2) * sizeof(double) + masked_decoding_bytes(simpler);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> decoded,
            std::span<std::byte> elements) {
  const ElementType type = simpler(format, bytes)->type;
  const std::vector<double> values = values_of(type, decoded);
  if (type == format.type) {
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
