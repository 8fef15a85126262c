#include <utility>

#include "array/predict/predicted_samples.h"
#include "array/predict/regression_bands.h"
#include "array/search/reference_search.h"
#include "array/stage_encoder.h"
#include "base/bytes.h"

namespace laq::array {
namespace {

template <Prediction kPrediction>
auto writer_of(const Grid& grid, bool keeps_bytes) {
  if constexpr (kPrediction == Prediction::local_regression) {
    return InterleavedRansWriter(rans_states_of(grid), keeps_bytes);
  } else {
    return SymbolWriter(keeps_bytes);
  }
}

bool loses(const ChunkFormat& format) {
  return allows_change(format.type, bound_of_predicted(format));
}

template <Prediction kPrediction>
std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, const CodingSettings& settings) {
  constexpr double kDeadZone = 0.08;
  auto writer = writer_of<kPrediction>(chunk.grid, settings.keeps_bytes);
  using Writer = decltype(writer);
  MaskCoder mask(writer, chunk.type, chunk.grid, chunk.elements, chunk.values());
  mask.code();
  if constexpr (kPrediction == Prediction::local_regression) {
    if (!mask.mask().empty()) writer.restart();
  }
  using Residuals = ResidualCoder<Writer>;
  RowReferences references;
  if constexpr (kPrediction == Prediction::cascade) references = find_references(chunk.values(), chunk.grid);
  const uint64_t spacing = chunk.spacing();
  const int exponent = chunk.exponent();
  // Without loss decoded samples are the source's values, but for masked ones. Else they overwrite a copy of it, which
  // is not read there again.
  const bool is_exact = !loses(format) && mask.mask().empty();
  std::vector<double> values;
  if (!is_exact) values = chunk.take_values();
  const SourceSamples source{is_exact ? chunk.values() : values, chunk.elements, spacing, exponent};
  Residuals residuals(writer, chunk.range, bound_of_predicted(format), Residuals::kNone, source,
                      format.fidelity == Fidelity::max_error ? 0 : kDeadZone);
  if constexpr (kPrediction == Prediction::local_regression) {
    constexpr int kLeastEffortOfAll = 6;  // from which on the regression learns from all columns
    const int learnt_distance = 2 - static_cast<int>(residuals.bits(1, settings.effort >= kLeastEffortOfAll));
    code_regression_bands(residuals, chunk.grid, mask.mask(), learnt_distance, residuals.first(),
                          [&](size_t place, std::span<const double> row) {
                            if (is_exact) return;
                            std::copy(row.begin(), row.end(), values.begin() + static_cast<ptrdiff_t>(place));
                          });
  } else {
    code_samples(residuals, chunk.grid, kPrediction, mask.mask(),
                 is_exact ? DecodedValues::of(source.values) : DecodedValues::in(values), references);
  }
  ByteWriter bytes;
  bytes.integer(residuals.first_raw() + 1);  // 0 if there is none
  Encoding encoding{writer.finish(bytes.take()), std::move(values)};
  if (!settings.keeps_bytes) encoding.counted = writer.finished_bytes();
  if (is_exact) encoding.distortion = no_distortion(chunk);
  return encoding;
}

// The steps of integers are 1, 3, 5 and so on.
bool is_gradual(const ChunkFormat& format) {
  return !is_integer(format.type);
}

// Rows take much memory, and a field of a few long rows has little above them to learn from.
bool has_rows_enough(const Grid& grid) {
  constexpr int kLeastRows = 5;
  return grid.sides[0] > 1 || grid.sides[1] >= kLeastRows || !holds_series(grid);
}

}  // namespace

const CodingEncoder interpolation_encoder = {{.effort_of_fields = 3, .loses = loses, .is_gradual = is_gradual},
                                             encode<Prediction::interpolation>};
const CodingEncoder local_regression_encoder = {
    {.effort_of_lines = Policy::kNever, .suits = has_rows_enough, .loses = loses, .is_gradual = is_gradual},
    encode<Prediction::local_regression>};
const CodingEncoder cascade_encoder = {
    {.effort_of_lines = 3, .suits = holds_series, .loses = loses, .is_gradual = is_gradual},
    encode<Prediction::cascade>};

}  // namespace laq::array
