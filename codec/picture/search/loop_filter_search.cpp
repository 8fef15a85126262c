#include "picture/search/loop_filter_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>
#include <vector>

#include "base/ablation.h"
#include "base/parallel.h"
#include "picture/filter/deblock.h"
#include "picture/filter/loop_filter.h"
#include "picture/filter/superblock.h"
#include "quantize/step.h"

namespace laq::picture {
namespace {

// The deblocking strengths, by plane, that Butteraugli and SSIMULACRA 2 like best. The least squared error is that of
// stronger ones, which take texture away.
constexpr std::array<int, 3> kUsualDeblockStrength = {3, 4, 4};
constexpr int kUsualDamping = 1;

// The factor of a squared error, by the step index of its block.
using ErrorWeights = std::array<float, kMaxStepIndex + 1>;

// Masked errors count in units of their block's step: steps are finer where the eye sees more, above all beside flat
// ground, where seams stand out.
ErrorWeights error_weights(bool masked) {
  ErrorWeights weights;
  for (int i = 0; i <= kMaxStepIndex; ++i) {
    const float step = static_cast<float>(quantization_step(i)) / (1 << kStepFraction);
    weights[i] = masked ? 1 / (step * step) : 1;
  }
  return weights;
}

// The error of the rows of cells that a row of superblocks covers.
double weighted_error_of_row(const Plane<uint16_t>& plane, const Plane<uint16_t>& source, const CellMap& cells,
                             const ErrorWeights& weights, int superblock_row) {
  double total = 0;
  std::vector<uint32_t> columns(plane.width());
  const int y0 = superblock_row * kSuperblockSize, y1 = std::min(y0 + kSuperblockSize, plane.height());
  for (int y = y0; y < y1; y += kCellSize) {
    std::fill(columns.begin(), columns.end(), 0);
    for (int line = y; line < y + kCellSize; ++line) {
      const uint16_t *a = plane.row(line), *b = source.row(line);
      for (int x = 0; x < plane.width(); ++x) {
        const int difference = a[x] - b[x];
        columns[x] += static_cast<uint32_t>(difference * difference);
      }
    }
    const Cell* cell = cells.row(y / kCellSize);
    for (int x = 0; x < plane.width(); x += kCellSize) {
      const uint32_t error = columns[x] + columns[x + 1] + columns[x + 2] + columns[x + 3];
      total += weights[cell[x / kCellSize].step_index] * static_cast<float>(error);
    }
  }
  return total;
}

Plane<uint16_t> copy_of(const Plane<uint16_t>& plane) {
  Plane<uint16_t> copy(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), copy.row(y));
  return copy;
}

// The squared error of a block of the directional filter.
float squared_error(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride) {
  uint32_t total = 0;
  for (int y = 0; y < kDirectionalBlock; ++y) {
    for (int x = 0; x < kDirectionalBlock; ++x) {
      const int difference = a[y * a_stride + x] - b[y * b_stride + x];
      total += static_cast<uint32_t>(difference * difference);
    }
  }
  return static_cast<float>(total);
}

// The errors of a superblock with each candidate strength of the directional filter.
constexpr int kMaxCandidates = 8;
using CandidateErrors = std::array<float, kMaxCandidates>;
struct SuperblockErrors {
  CandidateErrors luma;
  CandidateErrors chroma;
};

class LoopFilterSearch {
 public:
  LoopFilterSearch(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source, const CellMap& cells,
                   int max_sample, const LoopFilterSettings& settings, const Workers& workers)
      : planes_(planes),
        source_(source),
        cells_(cells),
        max_sample_(max_sample),
        settings_(settings),
        workers_(workers),
        weights_(error_weights(settings.perceptual)) {}

  // Deblocks a plane with the best strength and returns that; 0 if no strength lowers the error.
  int choose_deblocking(int plane);

  // The errors of every superblock with every candidate for the directional filter.
  std::vector<SuperblockErrors> try_candidates(std::span<const DirectionalStrength> candidates, int damping) const;

 private:
  double weighted_error(const Plane<uint16_t>& plane, const Plane<uint16_t>& source) const;
  std::span<const int> deblock_strengths(int plane) const;

  std::span<Plane<uint16_t>> planes_;
  std::span<const Plane<uint16_t>> source_;
  const CellMap& cells_;
  int max_sample_;
  LoopFilterSettings settings_;
  const Workers workers_;
  ErrorWeights weights_;
};

// The result does not depend on the number of threads.
double LoopFilterSearch::weighted_error(const Plane<uint16_t>& plane, const Plane<uint16_t>& source) const {
  std::vector<double> errors(superblocks(plane.height()));
  parallel_for(static_cast<int>(errors.size()), workers_,
               [&](int row, int) { errors[row] = weighted_error_of_row(plane, source, cells_, weights_, row); });
  return std::accumulate(errors.begin(), errors.end(), 0.0);
}

// The strengths of deblocking that are tried.
std::span<const int> LoopFilterSearch::deblock_strengths(int plane) const {
  static constexpr std::array<int, 3> kFew = {2, 4, 6};
  static constexpr std::array<int, 7> kAll = {1, 2, 3, 4, 5, 6, 7};
  if (settings_.perceptual || settings_.effort.deblock_strengths <= 1) return {&kUsualDeblockStrength[plane], 1};
  if (settings_.effort.deblock_strengths <= static_cast<int>(kFew.size())) return kFew;
  return kAll;
}

int LoopFilterSearch::choose_deblocking(int plane) {
  if (!is_used("deblocking")) return 0;
  Plane<uint16_t>& samples = planes_[plane];
  if (settings_.effort.deblock_strengths == 0) {
    deblock(samples, cells_, plane, kUsualDeblockStrength[plane], max_sample_, workers_);
    return kUsualDeblockStrength[plane];
  }
  const Plane<uint16_t> unfiltered = copy_of(samples);
  int best = 0;
  double least = weighted_error(samples, source_[plane]);
  for (const int strength : deblock_strengths(plane)) {
    Plane<uint16_t> filtered = copy_of(unfiltered);
    deblock(filtered, cells_, plane, strength, max_sample_, workers_);
    const double error = weighted_error(filtered, source_[plane]);
    if (error >= least) continue;
    least = error;
    best = strength;
    std::swap(samples, filtered);
  }
  return best;
}

// One plane of a superblock: its samples before the directional filter, and those that were coded.
struct TrialPlane {
  const SuperblockWindow& window;
  PlaneView<const uint16_t> source;
  bool is_luma;
};

// Adds the errors of one block with each candidate, of which the first is no filter.
void add_errors(const TrialPlane& plane, const FilteredBlock& block, std::span<const DirectionalStrength> candidates,
                int damping, CandidateErrors& sums) {
  const uint16_t* const from = plane.window.row(block.y) + block.x;
  const uint16_t* const wanted = plane.source.row(block.y) + block.x;
  alignas(64) uint16_t filtered[kDirectionalBlock * kDirectionalBlock];
  sums[0] += squared_error(from, SuperblockWindow::kStride, wanted, plane.source.stride);
  for (size_t c = 1; c < candidates.size(); ++c) {
    const DirectionalConstraint constraint =
        directional_constraint(candidates[c], damping, block.step, plane.is_luma ? block.direction.clarity : 4);
    filter_direction(from, SuperblockWindow::kStride, block.direction.direction, constraint, filtered,
                     kDirectionalBlock);
    sums[c] += squared_error(filtered, kDirectionalBlock, wanted, plane.source.stride);
  }
}

std::vector<SuperblockErrors> LoopFilterSearch::try_candidates(std::span<const DirectionalStrength> candidates,
                                                               int damping) const {
  const int width = planes_[0].width(), height = planes_[0].height();
  const int columns = superblocks(width);
  std::vector<SuperblockErrors> errors(static_cast<size_t>(columns) * superblocks(height));
  parallel_for(superblocks(height), workers_, [&](int band, int) {
    SuperblockWindow window;
    for (int column = 0; column < columns; ++column) {
      const SuperblockPlace place(column, band, width, height);
      SuperblockErrors& superblock = errors[static_cast<size_t>(band) * columns + column];
      FilteredBlocks blocks;
      for (size_t plane = 0; plane < planes_.size(); ++plane) {
        load_window(window, planes_[plane], place);
        if (plane == 0) blocks = find_blocks(window, place, cells_, std::bit_width(static_cast<uint32_t>(max_sample_)));
        const TrialPlane trial{window, source_[plane].view().window(place.x, place.y, place.width, place.height),
                               plane == 0};
        CandidateErrors& sums = plane == 0 ? superblock.luma : superblock.chroma;
        for (int i = 0; i < blocks.count; ++i) add_errors(trial, blocks.block[i], candidates, damping, sums);
      }
    }
  });
  return errors;
}

// Strengths of the directional filter that suit most pictures, of which the first is off.
std::span<const DirectionalStrength> usual_directional_strengths() {
  static constexpr DirectionalStrength kFour[] = {{0, 0}, {2, 1}, {4, 2}, {8, 3}};
  return kFour;
}

// The strengths of the directional filter that are tried, of which the first is off.
std::span<const DirectionalStrength> directional_strengths(int count) {
  static constexpr DirectionalStrength kTwo[] = {{0, 0}, {3, 1}};
  static constexpr DirectionalStrength kEight[kMaxCandidates] = {{0, 0}, {1, 0}, {2, 1}, {4, 1},
                                                                 {4, 3}, {7, 2}, {8, 5}, {14, 5}};
  if (count <= 2) return kTwo;
  if (count <= 4) return usual_directional_strengths();
  return kEight;
}

// The preset that lowers the error most if every superblock may take it or keep its best so far.
struct PresetGain {
  double gain = 0;
  size_t luma = 0, chroma = 0;  // candidates
};
PresetGain best_preset(std::span<const SuperblockErrors> errors, std::span<const float> best, size_t luma_candidates,
                       size_t chroma_candidates) {
  PresetGain most;
  for (size_t luma = 0; luma < luma_candidates; ++luma) {
    for (size_t chroma = 0; chroma < chroma_candidates; ++chroma) {
      double gain = 0;
      for (size_t i = 0; i < errors.size(); ++i) {
        gain += std::max(0.0f, best[i] - errors[i].luma[luma] - errors[i].chroma[chroma]);
      }
      if (gain > most.gain) most = {gain, luma, chroma};
    }
  }
  return most;
}

// Chooses presets one after the other, each the one that lowers the error of the picture most, and for every superblock
// the best of them.
void choose_presets(std::span<const SuperblockErrors> errors, std::span<const DirectionalStrength> candidates,
                    bool with_chroma, int max_presets, LoopFilterChoice& choice) {
  LoopFilterParameters& parameters = choice.parameters;
  std::vector<float> best(errors.size());
  std::vector<uint8_t> index(errors.size());
  for (size_t i = 0; i < errors.size(); ++i) best[i] = errors[i].luma[0] + errors[i].chroma[0];
  double unfiltered = 0;
  for (const float error : best) unfiltered += error;
  // A smaller share of the error is not worth a preset's place in the header and a longer index.
  constexpr double kLeastGain = 0.001;
  while (parameters.presets < max_presets) {
    const PresetGain preset = best_preset(errors, best, candidates.size(), with_chroma ? candidates.size() : 1);
    if (preset.gain < kLeastGain * unfiltered) break;
    parameters.preset[parameters.presets++] = {candidates[preset.luma], candidates[preset.chroma]};
    for (size_t i = 0; i < errors.size(); ++i) {
      const float error = errors[i].luma[preset.luma] + errors[i].chroma[preset.chroma];
      if (error >= best[i]) continue;
      best[i] = error;
      index[i] = parameters.presets;
    }
  }
  const int columns = choice.presets.width();
  for (int i = 0; i < static_cast<int>(index.size()); ++i) choice.presets.row(i / columns)[i % columns] = index[i];
}

}  // namespace

LoopFilterChoice choose_loop_filter(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                    const CellMap& cells, int max_sample, const LoopFilterSettings& settings,
                                    const Workers& workers) {
  LoopFilterChoice choice{{}, make_superblock_presets(planes[0].width(), planes[0].height())};
  LoopFilterParameters& parameters = choice.parameters;
  parameters.damping = kUsualDamping;
  LoopFilterSearch search(planes, source, cells, max_sample, settings, workers);
  for (int plane = 0; plane < static_cast<int>(planes.size()); ++plane) {
    parameters.deblock_strength[plane] = static_cast<uint8_t>(search.choose_deblocking(plane));
  }
  if (settings.effort.directional_presets == 0 || !is_used("directional_filter")) return choice;
  const std::span<const DirectionalStrength> candidates = directional_strengths(settings.effort.directional_strengths);
  const std::vector<SuperblockErrors> errors = search.try_candidates(candidates, parameters.damping);
  choose_presets(errors, candidates, planes.size() == 3, settings.effort.directional_presets, choice);
  apply_directional_filter({planes, cells, choice.presets, parameters, max_sample},
                           {0, superblocks(planes[0].height())}, workers);
  return choice;
}

LoopFilterParameters usual_loop_filter(const LoopFilterSettings& settings, int planes) {
  LoopFilterParameters parameters;
  parameters.damping = kUsualDamping;
  for (int plane = 0; plane < planes && is_used("deblocking"); ++plane) {
    parameters.deblock_strength[plane] = static_cast<uint8_t>(kUsualDeblockStrength[plane]);
  }
  if (settings.effort.directional_presets == 0 || !is_used("directional_filter")) return parameters;
  for (const DirectionalStrength& strength : usual_directional_strengths().subspan(1))
    parameters.preset[parameters.presets++] = {strength, planes > 1 ? strength : DirectionalStrength()};
  return parameters;
}

SuperblockPresets choose_presets(std::span<Plane<uint16_t>> planes, std::span<const Plane<uint16_t>> source,
                                 const CellMap& cells, int max_sample, const LoopFilterParameters& parameters,
                                 const Workers& workers) {
  SuperblockPresets chosen = make_superblock_presets(planes[0].width(), planes[0].height());
  apply_deblocking({planes, cells, chosen, parameters, max_sample}, 0, workers);
  const LoopFilterSearch search(planes, source, cells, max_sample, {}, workers);
  const std::vector<SuperblockErrors> errors = search.try_candidates(usual_directional_strengths(), parameters.damping);
  for (size_t i = 0; i < errors.size(); ++i) {
    int best = 0;
    for (int c = 1; c <= parameters.presets; ++c) {
      if (errors[i].luma[c] + errors[i].chroma[c] < errors[i].luma[best] + errors[i].chroma[best]) best = c;
    }
    const auto columns = static_cast<size_t>(chosen.width());
    chosen.row(static_cast<int>(i / columns))[i % columns] = static_cast<uint8_t>(best);
  }
  return chosen;
}

}  // namespace laq::picture
