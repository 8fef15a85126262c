#include "array/header.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/element.h"

namespace laq::array {

uint64_t ArrayHeader::chunks() const {
  const Sides whole = layout().sides();
  if (is_empty(whole)) return 0;
  uint64_t count = 1;
  for (int axis = 0; axis < kMaxSides; ++axis) count *= (whole[axis] + chunk_sides[axis] - 1) / chunk_sides[axis];
  return count;
}

void ArrayHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(info.type));
  writer.byte(static_cast<uint8_t>(info.shape.size()));
  for (const uint64_t side : info.shape) writer.integer(side);
  if (is_wide_integer(info.type)) {
    writer.byte(static_cast<uint8_t>(wide_form));
    writer.integer(offset);
  }
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
  bool valid = type <= static_cast<uint8_t>(kLastElementType) && dimensions <= kMaxDimensions;
  header.info.type = static_cast<ElementType>(type);
  for (int i = 0; valid && i < dimensions; ++i) header.info.shape.push_back(reader.integer(kMaxElements));
  if (valid && is_wide_integer(header.info.type)) {
    const uint8_t form = reader.byte();
    valid = form <= static_cast<uint8_t>(WideForm::halves);
    header.wide_form = static_cast<WideForm>(form);
    header.offset = reader.integer();
  }
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
          (header.tolerance < 1 || header.fidelity != Fidelity::relative_error) &&
          element_count(header.info.shape) <= kMaxElements;
  if (!valid) return Error{ErrorCode::corrupt, "the header of the array holds a value out of its range"};
  header.info.chunks = header.chunks();
  const int told = header.wide_form == WideForm::halves ? 1 : std::min<int>(dimensions, kMaxSides);
  header.info.chunk_shape.assign(header.chunk_sides.end() - told, header.chunk_sides.end());
  return header;
}

}  // namespace laq::array
