#include "array/header.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/element.h"

namespace laq::array {

namespace {

// A loss takes nine bytes of a header and a cut two at least, which bounds their number.
constexpr size_t kBytesOfLoss = 9, kBytesOfCut = 2;

bool is_finite_size(double value) {
  return value >= 0 && std::isfinite(value);
}

bool is_valid(const Loss& loss) {
  return loss.fidelity <= Fidelity::relative_error && is_finite_size(loss.tolerance) &&
         (loss.tolerance > 0 || loss.fidelity == Fidelity::max_error) &&
         (loss.tolerance < 1 || loss.fidelity != Fidelity::relative_error);
}

void write_cuts(const Cuts& cuts, ByteWriter& writer) {
  size_t count = 0;
  for (const std::vector<uint64_t>& of_side : cuts) count += of_side.size();
  writer.integer(count);
  for (int axis = 0; axis < kMaxSides; ++axis) {
    uint64_t before = 0;
    for (const uint64_t cut : cuts[axis]) {
      writer.byte(static_cast<uint8_t>(axis));
      writer.integer(cut - std::exchange(before, cut));
    }
  }
}

// False if a side does not exist, or cuts do not ascend.
bool read_cuts(ByteReader& reader, Cuts& cuts) {
  const uint64_t count = reader.integer(reader.rest().size() / kBytesOfCut);
  int last_axis = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const int axis = reader.byte();
    const uint64_t step = reader.integer(kMaxElements);
    if (axis >= kMaxSides || axis < std::exchange(last_axis, axis) || step == 0) return false;
    const uint64_t before = cuts[axis].empty() ? 0 : cuts[axis].back();
    if (step > kMaxElements - before) return false;
    cuts[axis].push_back(before + step);
  }
  return true;
}

bool are_within(const Cuts& cuts, const Sides& sides) {
  for (int axis = 0; axis < kMaxSides; ++axis) {
    if (!cuts[axis].empty() && (is_empty(sides) || cuts[axis].back() >= sides[axis])) return false;
  }
  return true;
}

}  // namespace

void ArrayHeader::write(ByteWriter& writer, bool is_padded) const {
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
  constexpr int kPaddedBytes = 6;  // hold 2^40
  is_padded ? writer.padded_integer(info.non_finite, kPaddedBytes) : writer.integer(info.non_finite);
  writer.integer(losses.size());
  for (const Loss& loss : losses) {
    writer.byte(static_cast<uint8_t>(loss.fidelity));
    writer.float64(loss.tolerance);
  }
  for (const uint32_t side : chunk_sides) writer.integer(side);
  write_cuts(cuts, writer);
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
  header.info.non_finite = reader.integer(kMaxElements);
  header.losses.resize(reader.integer(reader.rest().size() / kBytesOfLoss));
  for (Loss& loss : header.losses) {
    loss.fidelity = static_cast<Fidelity>(reader.byte());
    loss.tolerance = reader.float64();
    valid = valid && is_valid(loss);
  }
  for (uint32_t& side : header.chunk_sides) side = static_cast<uint32_t>(reader.integer(kMaxChunkElements));
  valid = read_cuts(reader, header.cuts) && valid;
  if (reader.failed())
    return Error{ErrorCode::truncated, "the header of the array ends too early, or holds a number out of its range"};
  uint64_t chunk_elements = 1;
  for (const uint32_t side : header.chunk_sides) {
    valid = valid && side > 0 && side <= kMaxChunkElements / chunk_elements;
    if (valid) chunk_elements *= side;
  }
  valid = valid && kind <= static_cast<uint8_t>(ArrayTargetKind::pointwise_relative) &&
          is_finite_size(header.info.target.value) && header.info.max_error >= 0 &&
          header.info.mean_squared_error >= 0 && !header.losses.empty() &&
          element_count(header.info.shape) <= kMaxElements;
  valid = valid && header.info.non_finite <= element_count(header.info.shape) &&
          are_within(header.cuts, header.layout().sides());
  if (!valid) return Error{ErrorCode::corrupt, "the header of the array holds a value out of its range"};
  header.info.chunks = header.chunks();
  const auto tolerance_of = [](const Loss& loss) {
    return loss.fidelity == Fidelity::mean_squared_error ? 0 : loss.tolerance;
  };
  const auto [least, greatest] = std::ranges::minmax_element(header.losses, {}, tolerance_of);
  header.info.least_bound = tolerance_of(*least);
  header.info.greatest_bound = tolerance_of(*greatest);
  const int told = header.wide_form == WideForm::halves ? 1 : std::min<int>(dimensions, kMaxSides);
  header.info.chunk_shape.assign(header.chunk_sides.end() - told, header.chunk_sides.end());
  return header;
}

}  // namespace laq::array
