#include "array/predict/predicted_chunk.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "array/predict/interpolation.h"
#include "array/predict/local_regression_rows.h"
#include "array/predict/long_regression.h"
#include "array/predict/residual_coder.h"
#include "entropy/coder.h"
#include "levels/mask.h"
#include "variance/expected_magnitude.h"

namespace laq::array {
namespace {

constexpr int kSurroundings = 8;
using Surroundings = MagnitudePredictor<kSurroundings>::Features;

// Kinds of magnitudes: of each prediction, by its uncertainty and whether all around are zero.
constexpr int kUncertainties = 3;
static_assert(kPredictionKinds * kUncertainties * 2 <= MagnitudeModels::kKinds);

int magnitude_kind(const Expectation& expected) {
  const auto& around = expected.surroundings;
  const double uncertainty = around.back();
  const int certainty = (uncertainty > 0.7) + (uncertainty > 2);
  const bool is_calm = std::all_of(around.begin(), around.end() - 1, [](double root) { return root == 0; });
  return (expected.kind * kUncertainties + certainty) * 2 + is_calm;
}

// Codes samples one by one as a predictor visits them.
template <class Coder>
class SampleCoder {
 public:
  // holes: samples that are not coded; empty where there are none.
  SampleCoder(ResidualCoder<Coder>& residuals, Samples& samples, const std::vector<bool>& holes)
      : residuals_(residuals),
        samples_(samples),
        holes_(holes),
        predictors_(kPredictionKinds, MagnitudePredictor<kSurroundings>({0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1})) {}

  // False if the stream has ended.
  bool operator()(size_t place, const Expectation& expected) {
    if (!holes_.empty() && holes_[place]) {
      samples_.values[place] = residuals_.stand_in(expected.value);
      return true;
    }
    Surroundings surroundings = {means_.slow, means_.fast};
    std::copy(expected.surroundings.begin(), expected.surroundings.end(), surroundings.begin() + 2);
    MagnitudePredictor<kSurroundings>& predictor = predictors_[expected.kind];
    const double magnitude = predictor.predict(surroundings);
    const auto& signs = expected.signs;
    const int sign_context = (signs[0] + 1) + 3 * (signs[1] + 1) + 9 * (signs[2] + 1);
    const auto [value, index] = residuals_(place, expected.value, {magnitude_kind(expected), magnitude}, sign_context);
    const double root = root_of(2 * std::abs(index));
    samples_.values[place] = value;
    samples_.roots[place] = root;
    samples_.signs[place] = static_cast<int8_t>((index > 0) - (index < 0));
    means_.update(root);
    predictor.update(surroundings, magnitude, root);
    return !residuals_.is_past_end();
  }

 private:
  ResidualCoder<Coder>& residuals_;
  Samples& samples_;
  const std::vector<bool>& holes_;
  std::vector<MagnitudePredictor<kSurroundings>> predictors_;
  RunningMeans means_;
};

// The values of all samples; of holes, what they were taken for.
template <class Coder>
std::vector<double> code_samples(ResidualCoder<Coder>& residuals, const Grid& grid, Prediction prediction,
                                 const std::vector<bool>& holes) {
  const double first = residuals.first();
  if (prediction == Prediction::causal) {
    std::vector<double> values(grid.size());
    LocalRegressionRows(residuals, grid, holes).code(first, values);
    return values;
  }
  Samples samples(grid, residuals.step());
  samples.values[0] = first;
  SampleCoder coder(residuals, samples, holes);
  if (prediction == Prediction::interpolation) {
    for_each_interpolated(samples, coder);
  } else {
    for_each_regressed(samples, coder);
  }
  return std::move(samples.values);
}

}  // namespace

bool suits(Prediction prediction, const Grid& grid) {
  const bool is_series =
      grid.sides[0] == 1 && grid.sides[2] >= 1000 && grid.sides[1] <= 256 && grid.sides[2] > 8 * grid.sides[1];
  switch (prediction) {
    case Prediction::causal:
      return !grid.is_line();
    case Prediction::regression:
      return grid.is_line() || is_series;
    default:
      return true;
  }
}

std::optional<EncodedChunk> encode_predicted(const Chunk& chunk, Prediction prediction, double bound, double dead_zone,
                                             bool may_be_verbatim) {
  SymbolWriter writer;
  HoleCoder holes(writer, chunk.type, chunk.grid, chunk.elements, chunk.values);
  holes.code();
  ResidualCoder residuals(writer, chunk.range, bound, may_be_verbatim, &chunk, dead_zone);
  std::vector<double> values = code_samples(residuals, chunk.grid, prediction, holes.holes());
  if (residuals.failed()) return std::nullopt;
  return EncodedChunk{writer.finish(), std::move(values)};
}

size_t predicted_decoding_bytes(ElementType type, const Grid& grid, Prediction prediction, bool may_be_verbatim,
                                std::span<const std::byte> stream) {
  SymbolReader reader(stream);
  size_t bytes = sizeof(MagnitudeModels) + VerbatimCoder<SymbolReader>::bytes(may_be_verbatim ? grid.size() : 0);
  if (HoleCoder<SymbolReader>::code_any(reader, type)) bytes += HoleCoder<SymbolReader>::bytes(grid.size());
  if (prediction == Prediction::regression) bytes += kRegressionBytes;
  if (prediction != Prediction::causal) return bytes + Samples::bytes(grid);
  return bytes + grid.size() * sizeof(double) + LocalRegressionRows<SymbolReader>::bytes(grid);
}

bool decode_predicted(const ElementRange& range, const Grid& grid, Prediction prediction, double bound,
                      bool may_be_verbatim, std::span<const std::byte> stream, std::span<std::byte> elements) {
  SymbolReader reader(stream);
  HoleCoder holes(reader, range.type(), grid, {}, {});
  holes.code();
  if (reader.is_past_end()) return false;
  ResidualCoder residuals(reader, range, bound, may_be_verbatim);
  const std::vector<double> values = code_samples(residuals, grid, prediction, holes.holes());
  if (reader.is_past_end()) return false;
  store_values(range.type(), values, elements);
  residuals.store_verbatim(elements);
  holes.store(elements);
  return true;
}

}  // namespace laq::array
