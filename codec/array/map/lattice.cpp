#include "array/map/lattice.h"

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

}  // namespace laq::array
