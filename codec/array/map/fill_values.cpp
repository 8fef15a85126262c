#include "array/map/fill_values.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "array/map/nested_holes.h"
#include "array/map/outliers.h"

namespace laq::array {
namespace {

// Integers have no NaN, so doubles stand for them.
ChunkFormat rest_of(const ChunkFormat& format) {
  ChunkFormat rest = format;
  if (!is_integer(format.type)) return rest;
  rest.type = ElementType::float64;
  if (format.fidelity == Fidelity::mean_squared_error) return rest;
  rest.tolerance = (format.fidelity == Fidelity::max_error ? std::floor(format.tolerance) : 0) + kAlmostHalf;
  rest.fidelity = Fidelity::max_error;
  return rest;
}

}  // namespace

std::optional<EncodedChunk> encode_split(const Chunk& chunk, const ChunkFormat& format, const EncodeNested& nested) {
  const std::vector<bool> is_hole = outliers(chunk.values);
  bool is_split = false;
  for (size_t i = 0; i < is_hole.size() && !is_split; ++i) is_split = is_hole[i] && std::isfinite(chunk.values[i]);
  if (!is_split) return std::nullopt;
  std::vector<double> values = chunk.values;
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_hole[i]) values[i] = kHole;
  }
  const ChunkFormat rest = rest_of(format);
  std::vector<std::byte> elements(rest.bytes());
  if (rest.type == chunk.type) std::copy(chunk.elements.begin(), chunk.elements.end(), elements.begin());
  const size_t bytes = element_bytes(rest.type);
  for (size_t i = 0; i < values.size(); ++i) {
    if (rest.type == chunk.type && !is_hole[i]) continue;  // which keeps all of its bits
    store_values(rest.type, std::span(values).subspan(i, 1), std::span(elements).subspan(i * bytes, bytes));
  }
  EncodedChunk coded = nested(rest, elements);
  for (size_t i = 0; i < values.size(); ++i) {
    coded.reconstruction[i] = is_hole[i] ? chunk.values[i] : chunk.range.round(coded.reconstruction[i]);
  }
  return EncodedChunk{join_mapped(write_holes(chunk.type, chunk.grid, values, chunk.elements), coded.stream),
                      std::move(coded.reconstruction)};
}

std::optional<NestedChunk> nested_in_split(const ChunkFormat& format, std::span<const std::byte> stream) {
  const MappedStream mapped(stream);
  if (!mapped.is_valid) return std::nullopt;
  return NestedChunk{rest_of(format), mapped.nested};
}

size_t split_decoding_bytes(const ChunkFormat& format, const ChunkFormat& nested) {
  return format.grid.size() * (nested.type == format.type ? 1 : 2) * sizeof(double) + holes_decoding_bytes(nested);
}

bool decode_split(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                  std::span<std::byte> elements) {
  const ChunkFormat rest = rest_of(format);
  const std::vector<double> values = values_of(rest.type, decoded);
  if (rest.type == format.type) {
    std::copy(decoded.begin(), decoded.end(), elements.begin());
  } else {
    std::vector<double> rounded(values.size());
    const ElementRange range = format.range();
    for (size_t i = 0; i < values.size(); ++i) rounded[i] = range.round(values[i]);
    store_values(format.type, rounded, elements);
  }
  return read_holes(format.type, format.grid, values, MappedStream(stream).map, elements);
}

}  // namespace laq::array
