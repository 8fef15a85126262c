#include "array/search/sampled_curve.h"

#include <span>
#include <utility>

#include "array/search/recipe_search.h"

namespace laq::array {
namespace {

// Adds what a coded sample tells to the sums over all of them.
void add(const CodedChunk& coded, size_t elements, SampledCurve::Point& sum, double& all_elements) {
  sum.bits += 8 * static_cast<double>(coded.stream.size());
  sum.distortion.add(coded.distortion);
  all_elements += static_cast<double>(elements);
}

}  // namespace

SampledCurve::SampledCurve(std::vector<ChunkSample> samples, int effort)
    : samples_(std::move(samples)), effort_(effort) {}

SampledCurve::Point SampledCurve::at_step(double step) {
  Point point;
  double elements = 0;
  const bool is_first = recipes_.empty();
  for (size_t i = 0; i < samples_.size(); ++i) {
    ChunkFormat format = samples_[i].format;
    format.fidelity = Fidelity::mean_squared_error;
    format.tolerance = step;
    const std::span<const Step> known = is_first ? std::span<const Step>() : recipes_[i];
    const SearchSettings settings{.effort = effort_, .tries_slow = false};  // they lose nothing, so no step shows
    CodedChunk coded = encode_chunk(format, samples_[i].elements, settings, known);
    add(coded, format.grid.size(), point, elements);
    if (is_first) recipes_.push_back(std::move(coded.recipe));
  }
  point.bits /= elements;
  return point;
}

SampledCurve::Point SampledCurve::exact() const {
  Point point;
  double elements = 0;
  for (const ChunkSample& sample : samples_) {
    const CodedChunk coded = encode_chunk(sample.format.lossless(), sample.elements, {.effort = effort_});
    add(coded, sample.format.grid.size(), point, elements);
  }
  point.bits /= elements;
  return point;
}

}  // namespace laq::array
