#include <cmath>
#include <utility>

#include "array/stage_encoder.h"
#include "array/transform/transformed_chunk.h"
#include "array/transform/wavelet_coder.h"
#include "levels/trellis_row_chooser.h"

namespace laq::array {
namespace {

// How many coefficients of the next row decide, too, in which state a row ends.
constexpr size_t most_ahead_of(int effort, int state_bits) {
  constexpr int kLeastEffort = 6, kOfBit = 3;
  return effort < kLeastEffort ? 0 : static_cast<size_t>(kOfBit * state_bits);
}

template <Transform kTransform>
std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, const CodingSettings& settings) {
  const int state_bits = state_bits_of(settings.effort, kTransform != Transform::identity);
  const double step = step_scale(kTransform) * format.tolerance;
  const std::optional<double> mean = mean_of(chunk.values());
  if (!mean) return std::nullopt;
  SymbolWriter writer;
  Preamble{state_bits, *mean}.code(writer);
  MaskCoder(writer, chunk.type, chunk.grid, chunk.elements, chunk.values()).code();
  std::vector<double> coefficients = chunk.take_values();
  for (size_t i = 0; i < coefficients.size(); ++i) {
    // A masked element is filled with what is beside it.
    const double value = coefficients[i];
    coefficients[i] = std::isfinite(value) ? value - *mean : i > 0 ? coefficients[i - 1] : 0;
  }
  const WaveletLayout layout(chunk.grid, kTransform);
  decompose(chunk.grid, layout.decomposition, coefficients.data());
  bool fits = true;
  for_each_coefficient(chunk.grid, layout.bands, coefficients.data(), [&](double& coefficient, double norm) {
    coefficient = coefficient * norm / step;  // the step may be a denormal number, which has no inverse
    fits = fits && std::fabs(coefficient) < kMaxMagnitude;
  });
  if (!fits) return std::nullopt;
  CoefficientCoder coder(
      writer, layout.bands, state_bits, kTransform == Transform::identity,
      TrellisRowChooser(state_bits, lambda_of(step_scale(kTransform)), most_ahead_of(settings.effort, state_bits)));
  coder.code(chunk.grid, coefficients.data());
  reconstruct(chunk.range, chunk.grid, layout, step, *mean, coefficients);
  return Encoding{writer.finish(), std::move(coefficients)};
}

constexpr double kMargin = 0.08;

// Only fields of three axes have two orders of them.
bool has_slices(const Grid& grid) {
  return grid.sides[0] > 1;
}

}  // namespace

const CodingEncoder identity_encoder = {{.loses = always, .is_gradual = always, .margin = kMargin},
                                        encode<Transform::identity>};
const CodingEncoder wavelet_encoder = {{.loses = always, .is_gradual = always, .margin = kMargin},
                                       encode<Transform::wavelet>};
const CodingEncoder slowest_first_wavelet_encoder = {
    {.suits = has_slices, .loses = always, .is_gradual = always, .margin = kMargin},
    encode<Transform::slowest_first_wavelet>};

}  // namespace laq::array
