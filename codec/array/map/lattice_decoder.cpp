#include "array/map/lattice.h"
#include "array/map/masked_elements.h"
#include "array/stage.h"

namespace laq::array {

void Lattice::write(ByteWriter& writer) const {
  for (const double value : {first, step, divisor}) writer.float64(value);
  writer.integer(static_cast<uint64_t>(origin + kMostOrigin));
  writer.byte(rounds_products);
}

std::optional<Lattice> Lattice::read(ByteReader& reader) {
  Lattice lattice;
  for (double* value : {&lattice.first, &lattice.step, &lattice.divisor}) *value = reader.float64();
  lattice.origin = static_cast<int64_t>(reader.integer(2 * kMostOrigin)) - kMostOrigin;
  lattice.rounds_products = reader.byte() != 0;
  if (reader.failed() || !std::isfinite(lattice.first) || !std::isfinite(lattice.step) || !(lattice.divisor > 0))
    return std::nullopt;
  return lattice;
}

namespace {

// The map's bytes: the type of the indices, the lattice, the raw elements that do not lie on it.
std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte> bytes) {
  const auto type = static_cast<ElementType>(ByteReader(bytes).byte());
  const bool is_known = type == ElementType::uint8 || type == ElementType::uint16 || type == ElementType::uint32 ||
                        type == ElementType::float64;
  if (!is_known) return std::nullopt;
  return format_of_indices(type, format.grid);
}

size_t decoding_bytes(const ChunkFormat& format, const ChunkFormat& simpler, std::span<const std::byte>) {
  return format.grid.size() * 2 * sizeof(double) + masked_decoding_bytes(simpler);
}

bool decode(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> decoded,
            std::span<std::byte> elements) {
  ByteReader reader(bytes);
  const auto type = static_cast<ElementType>(reader.byte());
  const std::optional<Lattice> lattice = Lattice::read(reader);
  if (!lattice) return false;
  const std::vector<double> indices = values_of(type, decoded);
  std::vector<double> values(indices.size());
  const ElementRange range = format.range();
  for (size_t i = 0; i < values.size(); ++i) values[i] = lattice->at(std::nearbyint(indices[i]), range);
  store_values(format.type, values, elements);
  return read_masked(format.type, format.grid, indices, reader.rest(), elements);
}

}  // namespace

const MapDecoder lattice_decoder = {[](const ChunkFormat& format) { return !is_integer(format.type); }, simpler,
                                    decoding_bytes, decode};

}  // namespace laq::array
