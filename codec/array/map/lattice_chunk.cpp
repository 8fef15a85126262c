#include "array/map/lattice_chunk.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "array/map/nested_holes.h"
#include "array/map/outliers.h"
#include "array/search/lattice_search.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

std::vector<double> levels_of(const std::vector<double>& values, const std::vector<bool>& is_hole) {
  std::vector<double> levels;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!is_hole[i]) levels.push_back(values[i]);
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

// Makes the lattice as coarse as a bound allows. Nothing where it gains nothing on steps of twice the bound: those
// leave numbers out where rounding takes up much of the bound, the points of a lattice do not.
std::optional<Lattice> coarsest(const Lattice& lattice, double bound, double greatest, const ElementRange& range) {
  constexpr double kLeastGain = 1.06, kMostPoints = 16, kMuch = 1.0 / 64;
  const double rounding = 0.5 * std::fabs(range.round(greatest * (1 + 0x1p-23)) - greatest);
  const double step = 2 * (bound - rounding), points = std::max(std::floor(step / lattice.spacing()) + 1, 1.0);
  if (points > kMostPoints || (rounding < kMuch * bound && points * lattice.spacing() < kLeastGain * step)) {
    return std::nullopt;
  }
  return points > 1 ? lattice.coarser(static_cast<int>(points)) : lattice;
}

// Integers, or doubles where there are holes.
ElementType type_of_indices(double greatest, bool has_holes) {
  if (has_holes) return ElementType::float64;
  return greatest < 256 ? ElementType::uint8 : greatest < 65536 ? ElementType::uint16 : ElementType::uint32;
}

ChunkFormat format_of_indices(ElementType type, const Grid& grid) {
  return {type, grid, Fidelity::max_error, is_integer(type) ? 0 : kAlmostHalf};
}

}  // namespace

std::optional<EncodedChunk> encode_lattice(const Chunk& chunk, double bound, const EncodeNested& nested) {
  const std::vector<bool> is_hole = outliers(chunk.values);
  const std::vector<double> levels = levels_of(chunk.values, is_hole);
  const ElementRange& range = chunk.range;
  std::optional<Lattice> lattice = find_lattice(chunk.type, levels);
  if (!lattice) return std::nullopt;
  if (bound > 0) {
    lattice = coarsest(*lattice, bound, std::max(std::fabs(levels.front()), std::fabs(levels.back())), range);
    if (!lattice) return std::nullopt;
  }
  std::vector<double> indices(chunk.values.size(), kHole), reconstruction = chunk.values;
  double greatest = 0;
  size_t misfits = 0, holes = 0;
  for (size_t i = 0; i < indices.size(); ++i) {
    const double value = chunk.values[i];
    const std::optional<double> index = is_hole[i] ? std::nullopt : lattice->nearest(value);
    const double point = index ? lattice->at(*index, range) : 0;
    const bool fits = index && (bound > 0 ? is_within(point, value, bound)
                                          : point == value && std::signbit(point) == std::signbit(value));
    holes += !fits;
    misfits += !fits && !is_hole[i];
    if (!fits) continue;
    indices[i] = *index;
    reconstruction[i] = point;
    greatest = std::max(greatest, *index);
  }
  constexpr size_t kMostMisfits = 16;  // elements of which one may be
  if (misfits * kMostMisfits > indices.size()) return std::nullopt;
  const ElementType type = type_of_indices(greatest, holes > 0);
  ByteWriter writer;
  writer.byte(static_cast<uint8_t>(type));
  lattice->write(writer);
  writer.append(write_holes(chunk.type, chunk.grid, indices, chunk.elements));
  std::vector<std::byte> elements(indices.size() * element_bytes(type));
  store_values(type, indices, elements);
  const EncodedChunk coded = nested(format_of_indices(type, chunk.grid), elements);
  return EncodedChunk{join_mapped(writer.take(), coded.stream), std::move(reconstruction)};
}

std::optional<NestedChunk> nested_in_lattice(const ChunkFormat& format, std::span<const std::byte> stream) {
  const MappedStream mapped(stream);
  if (!mapped.is_valid) return std::nullopt;
  const auto type = static_cast<ElementType>(ByteReader(mapped.map).byte());
  const bool is_known = type == ElementType::uint8 || type == ElementType::uint16 || type == ElementType::uint32 ||
                        type == ElementType::float64;
  if (!is_known) return std::nullopt;
  return NestedChunk{format_of_indices(type, format.grid), mapped.nested};
}

size_t lattice_decoding_bytes(const ChunkFormat& format, const ChunkFormat& nested) {
  return format.grid.size() * 2 * sizeof(double) + holes_decoding_bytes(nested);
}

bool decode_lattice(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                    std::span<std::byte> elements) {
  ByteReader reader(MappedStream(stream).map);
  const auto type = static_cast<ElementType>(reader.byte());
  const std::optional<Lattice> lattice = Lattice::read(reader);
  if (!lattice) return false;
  const std::vector<double> indices = values_of(type, decoded);
  std::vector<double> values(indices.size());
  const ElementRange range = format.range();
  for (size_t i = 0; i < values.size(); ++i) values[i] = lattice->at(std::nearbyint(indices[i]), range);
  store_values(format.type, values, elements);
  return read_holes(format.type, format.grid, indices, reader.rest(), elements);
}

}  // namespace laq::array
