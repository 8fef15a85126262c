#include <limits>
#include <utility>

#include "array/map/logarithm.h"
#include "array/stage_encoder.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

Kind kind_of(double value) {
  if (!std::isfinite(value) || (value == 0 && std::signbit(value))) return Kind::raw;
  return value > 0 ? Kind::positive : value < 0 ? Kind::negative : Kind::zero;
}

// Logarithms of the chunk's elements; NaN for those that have none or are raw.
std::vector<double> logarithms_of(const SourceChunk& chunk, const std::vector<Kind>& kinds, double shift) {
  std::vector<double> logarithms(kinds.size(), std::numeric_limits<double>::quiet_NaN());
  const double scale = std::ldexp(1.0, -chunk.exponent());
  const std::span<const double> values = chunk.values();
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] != Kind::positive && kinds[i] != Kind::negative) continue;
    logarithms[i] = binary_logarithm(std::fabs(values[i]) * scale) + shift;
  }
  return logarithms;
}

// The map's bytes and the reconstruction. Elements that would change too much become raw.
Encoding finish(const SourceChunk& chunk, const ChunkFormat& format, const std::vector<double>& logarithms,
                std::vector<Kind>& kinds, std::vector<double>& decoded) {
  const double unit = std::ldexp(1.0, chunk.exponent());
  const std::span<const double> values = chunk.values();
  for (size_t i = 0; i < kinds.size(); ++i) {
    const double value = values[i];
    double& reconstruction = decoded[i];
    if (kinds[i] != Kind::raw) reconstruction = element_of(kinds[i], reconstruction, unit, chunk.range);
    if (kinds[i] != Kind::raw && is_within_share(value, reconstruction, format.tolerance)) continue;
    kinds[i] = Kind::raw;
    reconstruction = value;
  }
  SymbolWriter writer;
  code_exponent(writer, chunk.exponent());
  code_kinds(writer, chunk.grid, logarithms, kinds);
  RawElementCoder raw(writer, chunk.type, chunk.elements, chunk.grid);
  code_raw_elements(raw, kinds);
  return {writer.finish(), std::move(decoded)};
}

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  std::vector<Kind> kinds;
  kinds.reserve(chunk.grid.size());
  for (const double value : chunk.values()) kinds.push_back(kind_of(value));
  std::vector<double> logarithms = logarithms_of(chunk, kinds, Allowance(share_of(format)).shift);
  const auto bytes = std::as_bytes(std::span(logarithms));
  MappedChunk mapped{format_of_logarithms(format), {bytes.begin(), bytes.end()}};
  chunk.forget_values();
  mapped.finish = [&chunk, format, logarithms = std::move(logarithms),
                   kinds = std::move(kinds)](std::vector<double>& decoded) mutable {
    return finish(chunk, format, logarithms, kinds, decoded);
  };
  return mapped;
}

}  // namespace

const MapEncoder logarithm_encoder = {{.loses = always}, map};

}  // namespace laq::array
