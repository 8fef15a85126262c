#include "array/search/sampled_curve.h"

#include <span>
#include <utility>

namespace laq::array {
namespace {

// Adds what a coded sample tells to the sums over all of them.
void add(const CodedChunk& coded, size_t elements, SampledCurve::Point& sum, double& all_elements) {
  sum.bits += 8 * static_cast<double>(coded.stream.size());
  sum.distortion.add(coded.distortion);
  all_elements += static_cast<double>(elements);
}

}  // namespace

SampledCurve::SampledCurve(std::vector<SampledChunk> chunks, int effort)
    : chunks_(std::move(chunks)), effort_(effort) {}

SampledCurve::Point SampledCurve::at_step(double step) {
  Point point;
  double elements = 0;
  recipes_.resize(chunks_.size());
  for (size_t i = 0; i < chunks_.size(); ++i) {
    CodedChunk coded = code(i, step);
    add(coded, chunks_[i].samples[size_].format.grid.size(), point, elements);
    recipes_[i] = std::move(coded.recipe);
  }
  point.bits /= elements;
  return point;
}

CodedChunk SampledCurve::code(size_t chunk, double step) {
  const auto with_step = [step](ChunkFormat format) {
    format.fidelity = Fidelity::mean_squared_error;
    format.tolerance = step;
    return format;
  };
  const SearchSettings settings{.effort = effort_};
  if (races_.size() <= chunk) races_.emplace_back(with_step(chunks_[chunk].format), settings);
  const ChunkSample& sample = chunks_[chunk].samples[size_];
  const ChunkFormat format = with_step(sample.format);
  if (recipes_[chunk].empty()) {
    CodedChunk coded = races_[chunk].run({format, sample.elements}, step);
    if (!coded.recipe.empty()) return coded;
  }
  return encode_chunk(format, sample.elements, settings, recipes_[chunk]);
}

SampledCurve::Point SampledCurve::exact() const {
  Point point;
  double elements = 0;
  for (const SampledChunk& chunk : chunks_) {
    const ChunkSample& sample = chunk.samples[size_];
    const CodedChunk coded = encode_chunk(sample.format.lossless(), sample.elements, {.effort = effort_});
    add(coded, sample.format.grid.size(), point, elements);
  }
  point.bits /= elements;
  return point;
}

void SampledCurve::race_again() {
  races_.clear();
  recipes_.clear();
}

bool SampledCurve::grow() {
  if (is_empty() || size_ + 1 >= chunks_[0].samples.size()) return false;
  ++size_;
  recipes_.clear();
  return true;
}

std::vector<std::vector<Promise>> SampledCurve::promises() const {
  std::vector<std::vector<Promise>> promises;
  for (const StepRace& race : races_) promises.push_back(race.promises());
  return promises;
}

}  // namespace laq::array
