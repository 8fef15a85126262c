// Blocks that are predicted from their borders: modes, transforms and levels of luma, then of both chroma planes.
#include <algorithm>
#include <cmath>

#include "base/ablation.h"
#include "entropy/coder.h"
#include "picture/reconstruct/predict.h"
#include "picture/search/cost_estimate.h"
#include "picture/search/satd.h"
#include "picture/search/search_scratch.h"
#include "picture/syntax/syntax.h"

namespace laq::picture {
namespace {

constexpr std::array<TransformType, 3> kSineTransforms = {
    {{Kernel::dst7, Kernel::dst7}, {Kernel::dst7, Kernel::dct2}, {Kernel::dct2, Kernel::dst7}}};

}  // namespace

// Ranks luma modes by the Hadamard-transformed error of their predictions and the price of the mode.
Search::Modes Search::choose_luma_modes(const Block& block, const Neighbours& neighbours,
                                        const ModePrices::Bits& mode_bits, const Modes* parent_modes) {
  const SampleRows<const uint16_t> source = source_[0].at(block.x, block.y);
  const SampleRows<uint16_t> prediction{scratch_->prediction, block.width()};
  const Effort& effort = settings_.effort;
  std::array<float, kModes> costs;
  costs.fill(-1);
  const float scale =
      static_cast<float>(1 << kStepFraction) / static_cast<float>(tile_.quantizers[0].block_step(block.step_index));
  constexpr float kBitWeight = 0.15f;  // steps of summed absolute error that a bit is worth
  Modes modes;
  const auto consider = [&](int mode) {
    if (costs[mode] >= 0) return;
    predict(mode, neighbours, block.shape, tile_.context.max_sample, prediction);
    const uint32_t error = satd(source, prediction, block.shape, tile_.context.max_sample);
    costs[mode] = static_cast<float>(error) * scale + kBitWeight * mode_bits[mode];
    modes.add(costs[mode], mode);
  };
  for (int mode = 0; mode < kFirstDirection; ++mode) consider(mode);
  if (parent_modes) {
    for (int i = 0; i < std::min(effort.inherited_modes, parent_modes->count); ++i) {
      consider(parent_modes->list[i].mode);
    }
  } else {
    for (int direction = 0; direction < kDirections; direction += effort.direction_step) {
      consider(kFirstDirection + direction);
    }
  }
  for (const Cell* neighbour : {tile_.context.left(block), tile_.context.above(block)}) {
    if (neighbour) consider(neighbour->mode);
  }
  // Around the best direction, in ever smaller steps.
  for (int step = parent_modes ? 1 : effort.direction_step / 2; step > 0; step /= 2) {
    int best = -1;
    for (int i = 0; i < modes.count && best < 0; ++i) {
      if (modes.list[i].mode >= kFirstDirection) best = modes.list[i].mode;
    }
    if (best < 0) break;
    for (const int mode : {best - step, best + step}) {
      if (mode >= kFirstDirection && mode < kModes) consider(mode);
    }
  }
  return modes;
}

// The price of the block's transform.
float Search::transform_bits(Block& block) const {
  PriceCounter counter;
  code_transform(counter, models_, block);
  return counter.total_bits();
}

QuantizedBlock Search::quantize(const Block& block, int plane, const ExpectedSpectrum& expected,
                                const int32_t* coefficients, int32_t* levels) {
  const CoefficientBlock values{coefficients, block.shape, tile_.quantizers[plane], block.step_index};
  return quantize_block(scratch_->prices[plane > 0], values, expected, settings_.quantize, levels);
}

// Codes the luma of a leaf: chooses mode and transform, appends the levels, reconstructs. Returns distortion + lambda *
// bits of mode and levels.
float Search::code_luma(Leaf& leaf, const Modes* parent_modes, Tree& out) {
  Block& block = leaf.block;
  const Neighbours neighbours = neighbours_of(tile_, block, 0, scratch_->border);
  const ModePrices::Bits mode_bits = scratch_->mode_prices.bits(likely_modes(tile_.context, block));
  const Modes modes = choose_luma_modes(block, neighbours, mode_bits, parent_modes);
  if (block.shape.is_square()) scratch_->depth[block.shape.log2_width].modes = modes;
  shortlist_luma(block, neighbours, mode_bits, modes);
  const float cost = quantize_luma(leaf, mode_bits, out);
  predict(block.mode, neighbours, block.shape, tile_.context.max_sample, tile_.planes[0].at(block.x, block.y));
  if (block.is_coded(0)) add_residual(tile_, block, 0);
  return cost;
}

// Estimates the costs of the best modes, and of the sine transforms with the first of them, from their coefficients.
void Search::shortlist_luma(Block block, const Neighbours& neighbours, const ModePrices::Bits& mode_bits,
                            const Modes& modes) {
  Shortlist& shortlist = scratch_->shortlist;
  shortlist.clear(settings_.effort.quantized);
  const SampleRows<int16_t> residual{scratch_->residual, block.width()};
  const bool chooses_transform = can_choose_transform(block);
  const auto predict_mode = [&](int mode) {
    block.mode = static_cast<uint8_t>(mode);
    predict(mode, neighbours, block.shape, tile_.context.max_sample, {scratch_->prediction, block.width()});
    load_residual(block, 0);
  };
  const auto estimate = [&](TransformType type) {
    block.transform = type;
    Shortlist::Entry& trial = shortlist.trial();
    trial.mode = block.mode;
    trial.transform = type;
    forward_transform(residual, block.shape, type, trial.coefficients);
    trial.lost = lost_distortion(block, tile_.quantizers[0], scratch_->residual, trial.coefficients);
    const float bits = mode_bits[block.mode] + (chooses_transform ? transform_bits(block) : 0);
    trial.cost =
        trial.lost + settings_.lambda * bits +
        estimate_cost(tile_.quantizers[0], block.step_index, block.shape, trial.coefficients, settings_.lambda);
    shortlist.offer();
  };
  for (int i = 0; i < std::min(settings_.effort.estimated_modes, modes.count); ++i) {
    predict_mode(modes.list[i].mode);
    estimate({});
  }
  if (!settings_.effort.sine_transforms || !chooses_transform) return;
  const int best = shortlist.best().front().mode;
  if (best != block.mode) predict_mode(best);
  for (const TransformType type : kSineTransforms) estimate(type);
}

// Quantizes the candidates of the shortlist and keeps the best; returns its cost.
float Search::quantize_luma(Leaf& leaf, const ModePrices::Bits& mode_bits, Tree& out) {
  Block& block = leaf.block;
  const ExpectedSpectrum expected = tile_.context.spectra->expect(block, 0);
  const Model& coded = coded_model(models_.coefficients[0], block, 0, expected);
  const float coded_bits = price_in_bits(coded, true), empty_bits = price_in_bits(coded, false);
  float best = kInfinity;
  QuantizedBlock best_quantized;
  Block best_block = block;
  for (const Shortlist::Entry& candidate : scratch_->shortlist.best()) {
    block.mode = candidate.mode;
    block.transform = candidate.transform;
    const QuantizedBlock quantized = quantize(block, 0, expected, candidate.coefficients, scratch_->levels);
    float bits = mode_bits[block.mode];
    if (quantized.end == 0) {
      bits += empty_bits;
      block.transform = {};
    } else {
      bits += coded_bits + quantized.bits;
      if (can_choose_transform(block)) bits += transform_bits(block);
    }
    const float cost = quantized.distortion + candidate.lost + settings_.lambda * bits;
    if (cost >= best) continue;
    best = cost;
    best_quantized = quantized;
    best_block = block;
    std::swap(scratch_->levels, scratch_->best_levels);
  }
  block = best_block;
  leaf.keep_levels(0, best_quantized, scratch_->best_levels, out.levels);
  return best;
}

// What both chroma planes of a block are predicted from.
struct Search::ChromaSource {
  std::array<Border, 2> borders;
  std::array<Neighbours, 2> neighbours;
  std::array<int8_t, 2> alpha;  // chroma from luma

  void set_mode(Block& block, ChromaMode mode) const {
    block.chroma_mode = mode;
    block.alpha = mode == ChromaMode::from_luma ? alpha : std::array<int8_t, 2>{};
  }
};

// The factor that maps the luma of the block onto this chroma plane with the least squared error.
int Search::estimate_alpha(const Block& block, int plane) const {
  if (!is_used("chroma_from_luma")) return 0;
  const Plane<uint16_t>& luma = tile_.planes[0];
  const Plane<uint16_t>& chroma = source_[plane];
  int64_t sum_luma = 0, sum_chroma = 0, products = 0, squares = 0;
  for (int y = 0; y < block.height(); ++y) {
    const uint16_t* l = luma.row(block.y + y) + block.x;
    const uint16_t* c = chroma.row(block.y + y) + block.x;
    int32_t row_luma = 0, row_chroma = 0, row_products = 0, row_squares = 0;
    for (int x = 0; x < block.width(); ++x) {
      row_luma += l[x];
      row_chroma += c[x];
      row_products += l[x] * c[x];
      row_squares += l[x] * l[x];
    }
    sum_luma += row_luma;
    sum_chroma += row_chroma;
    products += row_products;
    squares += row_squares;
  }
  const int64_t covariance = block.area() * products - sum_luma * sum_chroma;
  const int64_t variance = block.area() * squares - sum_luma * sum_luma;
  if (variance <= 0) return 0;
  const auto alpha =
      static_cast<int>(std::lround(8.0 * static_cast<double>(covariance) / static_cast<double>(variance)));
  return std::clamp(alpha, -kMaxAlpha, kMaxAlpha);
}

// Codes both chroma planes of a leaf as code_luma() its luma.
float Search::code_chroma(Leaf& leaf, Tree& out) {
  Block& block = leaf.block;
  ChromaSource source;
  for (int i = 0; i < 2; ++i) {
    source.neighbours[i] = neighbours_of(tile_, block, i + 1, source.borders[i]);
    source.alpha[i] = static_cast<int8_t>(estimate_alpha(block, i + 1));
  }
  shortlist_chroma(block, source);
  const float cost = quantize_chroma(leaf, source, out);
  for (int plane = 1; plane < 3; ++plane) {
    predict_intra(tile_, block, plane, source.neighbours[plane - 1], tile_.planes[plane].at(block.x, block.y));
    if (block.is_coded(plane)) add_residual(tile_, block, plane);
  }
  return cost;
}

float Search::chroma_mode_price(Block& block) const {
  PriceCounter counter;
  code_chroma_mode(counter, models_, tile_.context, block);
  return settings_.lambda * counter.total_bits();
}

// Estimates the costs of the chroma modes from their coefficients.
void Search::shortlist_chroma(Block block, const ChromaSource& source) {
  Shortlist& shortlist = scratch_->shortlist;
  shortlist.clear(settings_.effort.quantized_chroma);
  const SampleRows<int16_t> residual{scratch_->residual, block.width()};
  for (int m = 0; m < settings_.effort.chroma_modes; ++m) {
    const auto mode = static_cast<ChromaMode>(m);
    if (mode > ChromaMode::from_luma && chroma_prediction_mode(mode, block.mode) == block.mode) continue;
    if (mode == ChromaMode::from_luma && source.alpha[0] == 0 && source.alpha[1] == 0) continue;
    source.set_mode(block, mode);
    Shortlist::Entry& trial = shortlist.trial();
    trial.mode = static_cast<uint8_t>(m);
    trial.lost = 0;
    trial.cost = chroma_mode_price(block);
    for (int i = 0; i < 2; ++i) {
      const PlaneQuantizer& quantizer = tile_.quantizers[i + 1];
      int32_t* const coefficients = trial.coefficients + i * kMaxLevels;
      predict_intra(tile_, block, i + 1, source.neighbours[i], {scratch_->prediction, block.width()});
      load_residual(block, i + 1);
      forward_transform(residual, block.shape, {}, coefficients);
      trial.lost += lost_distortion(block, quantizer, scratch_->residual, coefficients);
      trial.cost += estimate_cost(quantizer, block.step_index, block.shape, coefficients, settings_.lambda);
    }
    trial.cost += trial.lost;
    shortlist.offer();
  }
}

// Quantizes the candidates of the shortlist and keeps the best; returns its cost.
float Search::quantize_chroma(Leaf& leaf, const ChromaSource& source, Tree& out) {
  Block& block = leaf.block;
  float best = kInfinity;
  Block best_block = block;
  std::array<QuantizedBlock, 2> best_quantized;
  const auto luma_coded = static_cast<uint8_t>(block.is_coded(0));
  const std::array<ExpectedSpectrum, 2> expected = {tile_.context.spectra->expect(block, 1),
                                                    tile_.context.spectra->expect(block, 2)};
  for (const Shortlist::Entry& candidate : scratch_->shortlist.best()) {
    source.set_mode(block, static_cast<ChromaMode>(candidate.mode));
    block.coded_planes = luma_coded;
    float cost = chroma_mode_price(block) + candidate.lost;
    std::array<QuantizedBlock, 2> quantized;
    for (int i = 0; i < 2; ++i) {
      const int plane = i + 1;
      quantized[i] = quantize(block, plane, expected[i], candidate.coefficients + i * kMaxLevels,
                              scratch_->levels + i * kMaxLevels);
      const Model& coded = coded_model(models_.coefficients[1], block, plane, expected[i]);
      const bool has_levels = quantized[i].end > 0;
      cost += quantized[i].distortion + settings_.lambda * (quantized[i].bits + price_in_bits(coded, has_levels));
      block.coded_planes |= static_cast<uint8_t>(has_levels << plane);
    }
    if (cost >= best) continue;
    best = cost;
    best_block = block;
    best_quantized = quantized;
    std::swap(scratch_->levels, scratch_->best_levels);
  }
  block = best_block;
  for (int i = 0; i < 2; ++i) {
    leaf.keep_levels(i + 1, best_quantized[i], scratch_->best_levels + i * kMaxLevels, out.levels);
  }
  return best;
}

}  // namespace laq::picture
