#include "array/header.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laq::array {

bool is_empty(const Sides& sides) {
  return std::find(sides.begin(), sides.end(), 0) != sides.end();
}

uint64_t element_count(const std::vector<uint64_t>& shape) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  uint64_t count = 1;
  for (const uint64_t side : shape) {
    if (side > kMaxElements / count) return kMaxElements + 1;
    count *= side;
  }
  return count;
}

Sides sides_of(const std::vector<uint64_t>& shape) {
  Sides sides = {1, 1, 1, 1};
  std::copy(shape.begin(), shape.end(), sides.end() - static_cast<ptrdiff_t>(shape.size()));
  return sides;
}

uint64_t ArrayHeader::elements() const {
  return element_count(info.shape);
}

uint64_t ArrayHeader::chunks() const {
  if (elements() == 0) return 0;
  const Sides whole = sides_of(info.shape);
  uint64_t count = 1;
  for (int axis = 0; axis < kMaxSides; ++axis) count *= (whole[axis] + chunk_sides[axis] - 1) / chunk_sides[axis];
  return count;
}

void ArrayHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(info.type));
  writer.byte(static_cast<uint8_t>(info.shape.size()));
  for (const uint64_t side : info.shape) writer.integer(side);
  writer.integer(info.signal.sample_rate);
  writer.byte(info.signal.significant_bits);
  writer.byte(static_cast<uint8_t>(info.target.kind));
  writer.float64(info.target.value);
  writer.float64(info.max_error);
  writer.float64(info.mean_squared_error);
  writer.byte(static_cast<uint8_t>(fidelity));
  writer.float64(tolerance);
  for (const uint32_t side : chunk_sides) writer.integer(side);
}

Result<ArrayHeader> ArrayHeader::read(ByteReader& reader) {
  ArrayHeader header;
  const uint8_t type = reader.byte(), dimensions = reader.byte();
  bool valid = type <= static_cast<uint8_t>(ElementType::float64) && dimensions >= 1 && dimensions <= kMaxSides;
  header.info.type = static_cast<ElementType>(type);
  for (int i = 0; valid && i < dimensions; ++i) header.info.shape.push_back(reader.integer(kMaxElements));
  header.info.signal.sample_rate = static_cast<uint32_t>(reader.integer(std::numeric_limits<uint32_t>::max()));
  header.info.signal.significant_bits = reader.byte();
  const uint8_t kind = reader.byte();
  header.info.target = {static_cast<ArrayTargetKind>(kind), reader.float64()};
  header.info.max_error = reader.float64();
  header.info.mean_squared_error = reader.float64();
  const uint8_t fidelity = reader.byte();
  header.fidelity = static_cast<Fidelity>(fidelity);
  header.tolerance = reader.float64();
  for (uint32_t& side : header.chunk_sides) side = static_cast<uint32_t>(reader.integer(kMaxChunkElements));
  if (reader.failed())
    return Error{ErrorCode::truncated, "the header of the array ends too early, or holds a number out of its range"};
  const auto is_finite = [](double value) { return value >= 0 && std::isfinite(value); };
  uint64_t chunk_elements = 1;
  for (const uint32_t side : header.chunk_sides) {
    valid = valid && side > 0 && side <= kMaxChunkElements / chunk_elements;
    if (valid) chunk_elements *= side;
  }
  valid = valid && kind <= static_cast<uint8_t>(ArrayTargetKind::pointwise_relative) &&
          is_finite(header.info.target.value) && header.info.max_error >= 0 && header.info.mean_squared_error >= 0 &&
          fidelity <= static_cast<uint8_t>(Fidelity::relative_error) && is_finite(header.tolerance) &&
          (header.tolerance > 0 || header.fidelity == Fidelity::max_error) &&
          (header.tolerance < 1 || header.fidelity != Fidelity::relative_error) && header.elements() <= kMaxElements;
  if (!valid) return Error{ErrorCode::corrupt, "the header of the array holds a value out of its range"};
  header.info.chunks = header.chunks();
  header.info.chunk_shape.assign(header.chunk_sides.end() - dimensions, header.chunk_sides.end());
  return header;
}

}  // namespace laq::array
