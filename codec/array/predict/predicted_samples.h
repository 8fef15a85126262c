// Codes the samples of a chunk one by one, each by a prediction from those before. The stream of a predicted chunk:
// first_raw() of its residuals and one more, 0 if there is none; the mask; the residuals.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "array/chunk.h"
#include "array/predict/interpolation.h"
#include "array/predict/predicted_bound.h"
#include "array/predict/residual_coder.h"
#include "array/predict/series_rows.h"
#include "levels/mask.h"
#include "variance/expected_magnitude.h"

namespace laq::array {

enum class Prediction : uint8_t { interpolation, local_regression, cascade };

inline constexpr int kSurroundings = 8;
using Surroundings = MagnitudePredictor<kSurroundings>::Features;

// Magnitudes have models of their own for each kind of prediction, three classes of its uncertainty, and whether all
// magnitudes around are zero.
inline constexpr int kUncertainties = 3;
static_assert(kPredictionKinds * kUncertainties * 2 <= MagnitudeModels::kKinds);

inline int magnitude_kind(const Expectation& expected) {
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
  // mask: samples that are not coded; empty if all are.
  SampleCoder(ResidualCoder<Coder>& residuals, Samples& samples, const std::vector<bool>& mask)
      : residuals_(residuals),
        samples_(samples),
        mask_(mask),
        predictors_(kPredictionKinds, MagnitudePredictor<kSurroundings>({0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1})) {}

  // False if the stream has ended.
  HWY_INLINE bool operator()(size_t place, const Expectation& expected) {
    if (!mask_.empty() && mask_[place]) {
      samples_.values.set(place, residuals_.stand_in(expected.value));
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
    samples_.values.set(place, value);
    samples_.roots[place] = static_cast<float>(index < 0 ? -root : root);
    means_.update(root);
    predictor.update(surroundings, magnitude, root);
    return !residuals_.is_past_end();
  }

  bool may_run() const { return mask_.empty() && !residuals_.has_flags(); }
  // One decision tells whether all samples of a run are as predicted.
  template <class Predict>
  bool run(const InterpolatedRun& run, Predict&& predict) {
    const auto place_of = [&run](int i) { return run.place + static_cast<size_t>(i) * run.stride; };
    std::array<double, InterpolatedRun::kMost> predictions;
    bool is_predicted = true;
    if constexpr (!Coder::kReads) {
      for (int i = 0; i < run.count && is_predicted; ++i) {
        predictions[i] = predict(i);
        is_predicted = residuals_.is_predicted(place_of(i), predictions[i]);
      }
    }
    is_predicted = residuals_.coder().bit(is_run_, is_predicted);
    if (!is_predicted || residuals_.is_past_end()) return false;
    for (int i = 0; i < run.count; ++i) {
      if constexpr (Coder::kReads) predictions[i] = predict(i);
      samples_.values.set(place_of(i), residuals_.reconstruct(predictions[i], 0));
      samples_.roots[place_of(i)] = 0;
    }
    residuals_.pass(run.count);
    means_.update(0);
    return true;
  }

 private:
  ResidualCoder<Coder>& residuals_;
  Samples& samples_;
  const std::vector<bool>& mask_;
  std::vector<MagnitudePredictor<kSurroundings>> predictors_;
  RunningMeans means_;
  CountingModel is_run_;
};

// Codes all samples. values: their memory may be that of a writer's source. references: of the rows of series, see
// SeriesRows.
template <class Coder>
void code_samples(ResidualCoder<Coder>& residuals, const Grid& grid, Prediction prediction,
                  const std::vector<bool>& mask, const DecodedValues& values, const RowReferences& references = {}) {
  const double first = residuals.first();
  if (prediction == Prediction::cascade) {
    SeriesRows(residuals, grid, mask, references).code(first, values);
    return;
  }
  Samples samples(grid, residuals.step(), values);
  samples.values.set(0, first);
  SampleCoder coder(residuals, samples, mask);
  for_each_interpolated(samples, coder);
}

}  // namespace laq::array
