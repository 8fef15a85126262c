#include "signal/predicted_chunk.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "entropy/coder.h"
#include "signal/bounded_quantizer.h"
#include "signal/causal_prediction.h"
#include "signal/interpolation.h"
#include "signal/magnitude_prediction.h"
#include "signal/magnitude_syntax.h"
#include "signal/regression_prediction.h"
#include "signal/verbatim.h"

namespace laq {
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

// Codes samples one by one as a predictor visits them: writer or reader of the chunk.
template <class Coder>
class SampleCoder {
 public:
  // source: the chunk as it is, to a writer.
  SampleCoder(Coder& coder, ElementType type, double bound, bool may_be_verbatim, Samples& samples,
              const Chunk* source = nullptr)
      : coder_(coder),
        quantizer_(type, bound),
        is_integer_(is_integer(type)),
        may_be_verbatim_(may_be_verbatim),
        samples_(samples),
        source_(source),
        verbatim_(coder, type, source != nullptr ? source->elements : std::span<const std::byte>()),
        models_(std::make_unique<MagnitudeModels>()),
        predictors_(kPredictionKinds, MagnitudePredictor<kSurroundings>({0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1})) {
    samples.step = quantizer_.step();
  }

  const VerbatimCoder<Coder>& verbatim() const { return verbatim_; }
  // A writer met a sample that cannot be quantized, and may not code it verbatim.
  bool failed() const { return failed_; }

  // The first element, and the spacing of integers; 1 or more where a writer comes.
  void first(uint32_t spacing) {
    code_verbatim(0, 0);
    if (!is_integer_) return;
    spacing = coder_.bit(is_spaced_, spacing > 1) ? coder_.bits(32, spacing) : 1;
    quantizer_.set_lattice(samples_.values[0], std::max(spacing, 1u));
    samples_.step = quantizer_.step();
  }

  void operator()(size_t place, const Expectation& expected) {
    int index = 0;
    bool is_verbatim = false;
    if constexpr (!Coder::kReads) {
      if (failed_) return;
      const std::optional<int> found = quantizer_.index(source_->values[place], expected.value);
      is_verbatim = !found;
      index = found.value_or(0);
      if (is_verbatim && !may_be_verbatim_) {
        failed_ = true;
        return;
      }
    }
    if (may_be_verbatim_) {
      is_verbatim = coder_.bit(is_verbatim_[last_ + before_last_], is_verbatim);
      before_last_ = std::exchange(last_, is_verbatim);
      if (is_verbatim) return code_verbatim(place, expected.value);
    }
    Surroundings surroundings = {means_.slow, means_.fast};
    std::copy(expected.surroundings.begin(), expected.surroundings.end(), surroundings.begin() + 2);
    MagnitudePredictor<kSurroundings>& predictor = predictors_[expected.kind];
    const double magnitude = predictor.predict(surroundings);
    const auto& signs = expected.signs;
    const int sign_context = (signs[0] + 1) + 3 * (signs[1] + 1) + 9 * (signs[2] + 1);
    index = code_index(coder_, *models_, {magnitude_kind(expected), magnitude}, sign_context, index);
    const double root = root_of(2 * std::abs(index));
    samples_.values[place] = quantizer_.reconstruct(expected.value, index);
    samples_.roots[place] = root;
    samples_.signs[place] = static_cast<int8_t>((index > 0) - (index < 0));
    means_.update(root);
    predictor.update(surroundings, magnitude, root);
  }

 private:
  // The prediction stands in for what is not finite.
  void code_verbatim(size_t place, double prediction) {
    const double value = verbatim_(place);
    samples_.values[place] = std::isfinite(value) ? value : quantizer_.reconstruct(prediction, 0);
  }

  Coder& coder_;
  BoundedQuantizer quantizer_;
  bool is_integer_, may_be_verbatim_;
  Samples& samples_;
  const Chunk* source_;
  VerbatimCoder<Coder> verbatim_;
  std::unique_ptr<MagnitudeModels> models_;
  std::vector<MagnitudePredictor<kSurroundings>> predictors_;
  RunningMeans means_;
  std::array<CountingModel, 3> is_verbatim_;  // [of the two samples before, how many are]
  CountingModel is_spaced_;
  bool last_ = false, before_last_ = false, failed_ = false;
};

template <class Coder>
void code_samples(SampleCoder<Coder>& coder, Prediction prediction, uint32_t spacing, Samples& samples) {
  coder.first(spacing);
  switch (prediction) {
    case Prediction::interpolation:
      return for_each_interpolated(samples, coder);
    case Prediction::causal:
      return for_each_causal(samples, coder);
    case Prediction::regression:
      return for_each_regressed(samples, coder);
  }
}

}  // namespace

bool suits_regression(const Grid& grid) {
  return grid.sides[0] == 1 && grid.sides[2] >= 1000 && grid.sides[1] <= 256 && grid.sides[2] > 8 * grid.sides[1];
}

std::optional<EncodedChunk> encode_predicted(const Chunk& chunk, Prediction prediction, double bound,
                                             bool may_be_verbatim) {
  Samples samples(chunk.grid);
  SymbolWriter writer;
  SampleCoder coder(writer, chunk.type, bound, may_be_verbatim, samples, &chunk);
  code_samples(coder, prediction, chunk.spacing, samples);
  if (coder.failed()) return std::nullopt;
  return EncodedChunk{writer.finish(), std::move(samples.values)};
}

void decode_predicted(ElementType type, const Grid& grid, Prediction prediction, double bound, bool may_be_verbatim,
                      std::span<const std::byte> stream, std::span<std::byte> elements) {
  Samples samples(grid);
  SymbolReader reader(stream);
  SampleCoder coder(reader, type, bound, may_be_verbatim, samples);
  code_samples(coder, prediction, 1, samples);
  store_values(type, samples.values, elements);
  coder.verbatim().store(elements);
}

}  // namespace laq
