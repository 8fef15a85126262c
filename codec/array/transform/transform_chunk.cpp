#include "array/transform/transform_chunk.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "array/transform/lapped_chunk.h"
#include "array/transform/preamble.h"
#include "array/transform/wavelet_coder.h"
#include "entropy/coder.h"
#include "levels/mask.h"
#include "levels/trellis_row_chooser.h"

namespace laq::array {
namespace {

bool is_noise(Transform transform) {
  return transform == Transform::identity;
}

Decomposition decomposition_of(const Grid& grid, Transform transform) {
  if (is_noise(transform)) return {};
  return Decomposition::deepest(grid, transform == Transform::slowest_first_wavelet);
}

// In squared steps. Noise has few runs of zeros that weighing bits more would break, and gains by smaller steps.
double lambda_of(Transform transform) {
  return is_noise(transform) ? 0.5 : kSquaresPerBit;
}

// So that a bit is worth the same with every transform.
double step_of(Transform transform, double tolerance) {
  return tolerance * std::sqrt(kSquaresPerBit / lambda_of(transform));
}

// Calls f(coefficient, norm of its band) for all.
template <class Function>
void for_each_coefficient(const Grid& grid, const std::vector<Band>& bands, double* coefficients, Function&& f) {
  for (const Band& band : bands) {
    for (int z = 0; z < band.sides[0]; ++z) {
      for (int y = 0; y < band.sides[1]; ++y) {
        double* const row =
            coefficients + (band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2];
        for (int x = 0; x < band.sides[2]; ++x) f(row[x], band.norm);
      }
    }
  }
}

// From points of the quantizers to elements.
void reconstruct(const ElementRange& range, const Grid& grid, const Decomposition& decomposition,
                 const std::vector<Band>& bands, double step, double mean, std::vector<double>& values) {
  for_each_coefficient(grid, bands, values.data(), [step](double& point, double norm) { point *= step / norm; });
  recompose(grid, decomposition, values.data());
  for (double& value : values) value = range.round(value + mean);
}

}  // namespace

std::optional<EncodedChunk> encode_transformed(const Chunk& chunk, Transform transform, double tolerance,
                                               int state_bits) {
  const double step = step_of(transform, tolerance);
  if (transform == Transform::lapped) return encode_lapped(chunk, step, lambda_of(transform), state_bits);
  const Decomposition decomposition = decomposition_of(chunk.grid, transform);
  const std::vector<Band> bands = bands_of(chunk.grid, decomposition);
  const std::optional<double> mean = mean_of(chunk.values);
  if (!mean) return std::nullopt;
  SymbolWriter writer;
  Preamble<SymbolWriter> preamble{state_bits, *mean};
  preamble.code(writer);
  HoleCoder(writer, chunk.type, chunk.grid, chunk.elements, chunk.values).code();
  std::vector<double> coefficients(chunk.values.size());
  for (size_t i = 0; i < coefficients.size(); ++i) {
    // A hole is filled with what is beside it.
    const double value = chunk.values[i];
    coefficients[i] = std::isfinite(value) ? value - *mean : i > 0 ? coefficients[i - 1] : 0;
  }
  decompose(chunk.grid, decomposition, coefficients.data());
  bool fits = true;
  for_each_coefficient(chunk.grid, bands, coefficients.data(), [&](double& coefficient, double norm) {
    coefficient = coefficient * norm / step;  // the step may be a denormal number, whose inverse is none at all
    fits = fits && std::fabs(coefficient) < kMaxMagnitude;
  });
  if (!fits) return std::nullopt;
  CoefficientCoder coder(writer, bands, state_bits, is_noise(transform),
                         TrellisRowChooser(state_bits, lambda_of(transform)));
  coder.code(chunk.grid, coefficients.data());
  reconstruct(chunk.range, chunk.grid, decomposition, bands, step, *mean, coefficients);
  return EncodedChunk{writer.finish(), std::move(coefficients)};
}

size_t transformed_decoding_bytes(ElementType type, const Grid& grid, Transform transform,
                                  std::span<const std::byte> stream) {
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  const bool has_holes = HoleCoder<SymbolReader>::code_any(reader, type);
  const size_t bytes = has_holes ? HoleCoder<SymbolReader>::bytes(grid.size()) : 0;
  if (transform == Transform::lapped) return bytes + lapped_decoding_bytes(grid);
  const std::vector<Band> bands = bands_of(grid, decomposition_of(grid, transform));
  return bytes + grid.size() * sizeof(double) +
         std::max(CoefficientCoder<SymbolReader>::bytes(bands), decomposition_bytes(grid));
}

bool decode_transformed(const ElementRange& range, const Grid& grid, Transform transform, double tolerance,
                        std::span<const std::byte> stream, std::span<std::byte> elements) {
  const double step = step_of(transform, tolerance);
  if (transform == Transform::lapped) return decode_lapped(range, grid, step, stream, elements);
  const Decomposition decomposition = decomposition_of(grid, transform);
  const std::vector<Band> bands = bands_of(grid, decomposition);
  SymbolReader reader(stream);
  Preamble<SymbolReader> preamble{};
  preamble.code(reader);
  if (!preamble.is_valid()) return false;
  HoleCoder holes(reader, range.type(), grid, {}, {});
  holes.code();
  if (reader.is_past_end()) return false;
  std::vector<double> values(grid.size());
  const bool is_whole =
      CoefficientCoder(reader, bands, preamble.state_bits, is_noise(transform)).code(grid, values.data());
  if (!is_whole || reader.is_past_end()) return false;
  reconstruct(range, grid, decomposition, bands, step, preamble.mean, values);
  store_values(range.type(), values, elements);
  holes.store(elements);
  return true;
}

}  // namespace laq::array
