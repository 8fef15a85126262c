#include <algorithm>
#include <cmath>
#include <utility>

#include "array/error_sums.h"
#include "array/map/lattice.h"
#include "array/map/masked_elements.h"
#include "array/search/fill_value_search.h"
#include "array/search/lattice_search.h"
#include "array/stage_encoder.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

// The values that are no fill values, sorted, each once.
std::vector<double> distinct_values(std::span<const double> values, const std::vector<bool>& is_fill) {
  std::vector<double> distinct;
  distinct.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (!is_fill[i]) distinct.push_back(values[i]);
  }
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

// The coarsest lattice of the points that a bound allows; nothing if it gains nothing on steps of twice the bound. It
// gains where rounding takes up much of the bound, which makes plain steps smaller but leaves the points of a lattice
// alone.
std::optional<Lattice> coarsest(const Lattice& lattice, double bound, double greatest, const ElementRange& range) {
  constexpr double kLeastGain = 1.06, kMostPoints = 16, kMuch = 1.0 / 64;
  const double rounding = 0.5 * std::fabs(range.round(greatest * (1 + 0x1p-23)) - greatest);
  const double step = 2 * (bound - rounding), points = std::max(std::floor(step / lattice.spacing()) + 1, 1.0);
  if (points > kMostPoints || (rounding < kMuch * bound && points * lattice.spacing() < kLeastGain * step)) {
    return std::nullopt;
  }
  return points > 1 ? lattice.coarser(static_cast<int>(points)) : lattice;
}

ElementType type_of_indices(double greatest, bool has_masked) {
  if (has_masked) return ElementType::float64;
  return greatest < 256 ? ElementType::uint8 : greatest < 65536 ? ElementType::uint16 : ElementType::uint32;
}

// The lattice to code by; nothing if there is none, or it gains nothing.
std::optional<Lattice> lattice_of(const SourceChunk& chunk, const std::vector<bool>& is_fill, double bound) {
  const std::vector<double> distinct = distinct_values(chunk.values(), is_fill);
  chunk.forget_values();
  const std::optional<Lattice> lattice = find_lattice(chunk.type, distinct);
  if (!lattice || bound == 0) return lattice;
  return coarsest(*lattice, bound, std::max(std::fabs(distinct.front()), std::fabs(distinct.back())), chunk.range);
}

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  const double bound = format.bound();
  const std::vector<bool> is_fill = find_fill_values(chunk.values());
  const ElementRange& range = chunk.range;
  const std::optional<Lattice> lattice = lattice_of(chunk, is_fill, bound);
  if (!lattice) return std::nullopt;
  const std::span<const double> values = chunk.values();
  std::vector<double> indices(values.size(), kMasked);
  double greatest = 0;
  size_t masked = 0, off_lattice = 0;
  for (size_t i = 0; i < indices.size(); ++i) {
    const double value = values[i];
    const std::optional<double> index = is_fill[i] ? std::nullopt : lattice->nearest(value);
    const double point = index ? lattice->at(*index, range) : 0;
    const bool fits = index && (bound > 0 ? is_within(point, value, bound)
                                          : point == value && std::signbit(point) == std::signbit(value));
    masked += !fits;
    off_lattice += !fits && !is_fill[i];
    if (!fits) continue;
    indices[i] = *index;
    greatest = std::max(greatest, *index);
  }
  constexpr size_t kLeastElements = 16;  // for each that does not lie on the lattice
  if (off_lattice * kLeastElements > indices.size()) return std::nullopt;
  const ElementType type = type_of_indices(greatest, masked > 0);
  ByteWriter writer;
  writer.byte(static_cast<uint8_t>(type));
  lattice->write(writer);
  writer.append(write_masked(chunk.type, chunk.grid, indices, chunk.elements));
  const Distortion distortion = bound == 0 ? no_distortion(chunk) : measure_distortion(chunk, [&](size_t i) {
    return std::isnan(indices[i]) ? values[i] : lattice->at(indices[i], range);
  });
  chunk.forget_values();
  return map_exactly(format_of_indices(type, chunk.grid), indices, writer.take(), distortion);
}

}  // namespace

const MapEncoder lattice_encoder = {{.effort_of_lines = 3, .effort_of_fields = 3, .loses = loses_within_bound}, map};

}  // namespace laq::array
