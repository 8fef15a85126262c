// Blocks of screen content: copies and palettes beside intra prediction.
#include <algorithm>

#include "base/ablation.h"
#include "entropy/coder.h"
#include "picture/search/cost_estimate.h"
#include "picture/search/palette_finder.h"
#include "picture/search/search_scratch.h"

namespace laq::picture {
namespace {

// The residual of a copy or a palette has no direction, as errors that grow away from a border have: both axes get the
// same transform.
constexpr std::array<TransformType, 2> kUndirectedTransforms = {{{}, {Kernel::dst7, Kernel::dst7}}};
// How far samples may lie from their palette colour, in squared steps.
constexpr std::array<float, 3> kTolerances = {0.1f, 0.6f, 4.0f};

}  // namespace

// Replaces `best` by the cheapest copy or palette of a block, if that costs less.
void Search::choose_screen_prediction(const Leaf& leaf, Candidate& best) {
  Candidate& trial = scratch_->trial_candidate;
  const auto offer = [&](Prediction prediction, auto&& predict) {
    trial.leaf = leaf;
    trial.leaf.block.prediction = prediction;
    trial.leaf.block.palette = &trial.palette;
    if (!predict()) return;
    PriceCounter counter;
    code_prediction(counter, models_, tile_.context, trial.leaf.block);
    if (prediction == Prediction::copy) {
      code_vector(counter, models_, LikelyVectors(tile_.context, trial.leaf.block), trial.leaf.block.vector);
    } else {
      code_palette(counter, models_, tile_.context, trial.leaf.block, trial.palette);
    }
    trial.cost = settings_.lambda * counter.total_bits();
    if (trial.cost >= best.cost) return;
    quantize_residual(trial);
    if (trial.cost < best.cost) std::swap(trial, best);
  };
  if (is_used("copy")) offer(Prediction::copy, [&] { return find_vector(trial.leaf.block); });
  const auto stops_early = [&] { return best.cost <= settings_.lambda * kEarlyStopBits; };
  if (stops_early() || !can_have_palette(leaf.block) || !is_used("palette")) return;
  PaletteFinder palettes(source_, tile_.quantizers, leaf.block);
  for (const float tolerance : kTolerances) {
    offer(Prediction::palette, [&] { return palettes.find(tolerance, *tile_.recent_colours, trial.palette); });
    if (stops_early()) return;
  }
}

// Quantizes the residual of a candidate's prediction, adding to its levels and cost.
void Search::quantize_residual(Candidate& candidate) {
  candidate.levels.clear();
  for (int plane = 0; plane < tile_.context.planes; ++plane) candidate.cost += quantize_plane(candidate, plane);
}

float Search::quantize_plane(Candidate& candidate, int plane) {
  Block& block = candidate.leaf.block;
  predict_plane(tile_, block, plane, {scratch_->prediction, block.width()});
  load_residual(block, plane);
  const bool has_transform = plane == 0 && can_choose_transform(block);
  const ExpectedSpectrum expected = tile_.context.spectra->expect(block, plane);
  const Model& coded = coded_model(models_.coefficients[plane > 0], block, plane, expected);
  int32_t* const coefficients = scratch_->shortlist.trial().coefficients;
  float best = kInfinity;
  QuantizedBlock best_quantized;
  TransformType best_transform;
  Block trial = block;
  for (const TransformType type : kUndirectedTransforms) {
    if (type != TransformType{} && !(has_transform && settings_.effort.sine_transforms)) continue;
    trial.transform = type;
    forward_transform({scratch_->residual, block.width()}, block.shape, type, coefficients);
    const QuantizedBlock quantized = quantize(block, plane, expected, coefficients, scratch_->levels);
    float bits = price_in_bits(coded, quantized.end > 0) + quantized.bits;
    if (has_transform && quantized.end > 0) bits += transform_bits(trial);
    const float cost = quantized.distortion + settings_.lambda * bits +
                       lost_distortion(block, tile_.quantizers[plane], scratch_->residual, coefficients);
    if (cost >= best) continue;
    best = cost;
    best_quantized = quantized;
    best_transform = type;
    std::swap(scratch_->levels, scratch_->best_levels);
  }
  if (plane == 0 && best_quantized.end > 0) block.transform = best_transform;
  candidate.leaf.keep_levels(plane, best_quantized, scratch_->best_levels, candidate.levels);
  return best;
}

// Appends a candidate's levels and palette to the tree, and reconstructs it.
void Search::append_candidate(Candidate& candidate, Leaf& leaf, Tree& out) {
  leaf = candidate.leaf;
  const size_t begin = out.levels.size();
  out.levels.insert(out.levels.end(), candidate.levels.begin(), candidate.levels.end());
  for (int plane = 0; plane < tile_.context.planes; ++plane) {
    leaf.block.levels[plane].values = candidate.levels.data() + leaf.levels[plane];  // reconstruction spoils them
    leaf.levels[plane] += begin;
  }
  leaf.block.palette = &candidate.palette;
  if (leaf.block.prediction == Prediction::palette) {
    leaf.palette = out.palettes.size();
    out.palettes.push_back(candidate.palette);
  }
  reconstruct_block(tile_, leaf.block);
}

}  // namespace laq::picture
