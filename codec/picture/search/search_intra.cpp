// Blocks that are predicted from their borders: modes, transforms and levels of luma, then of both chroma planes.
#include <algorithm>
#include <cmath>

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

Search::Modes Search::choose_luma_modes(const Block& block, const Neighbours& neighbours,
                                        const ModePrices::Bits& mode_bits, const Modes* hints) {
  const Plane<uint16_t>& source = source_[0];
  const SampleRows<const uint16_t> samples = source.at(block.x, block.y);
  const SampleRows<uint16_t> prediction{scratch_->prediction, block.width()};
  std::array<float, kModes> costs;
  costs.fill(-1);
  const float scale =
      static_cast<float>(1 << kStepFraction) / static_cast<float>(tile_.quantizers[0].block_step(block.step_index));
  const float bit_weight = 0.15f;  // steps of summed absolute error that a bit is worth
  Modes modes;
  const auto consider = [&](int mode) {
    if (costs[mode] >= 0) return;
    predict(mode, neighbours, block.shape, tile_.context.max_sample, prediction);
    const uint32_t error = satd(samples, prediction, block.shape, tile_.context.max_sample);
    costs[mode] = static_cast<float>(error) * scale + bit_weight * mode_bits[mode];
    modes.add(costs[mode], mode);
  };
  for (int mode = 0; mode < kFirstDirection; ++mode) consider(mode);
  if (hints) {
    for (int i = 0; i < std::min(settings_.hinted_modes, hints->count); ++i) consider(hints->list[i].mode);
  } else {
    for (int direction = 0; direction < kDirections; direction += settings_.direction_step)
      consider(kFirstDirection + direction);
  }
  const Cell* left = tile_.context.cell(block.x - 1, block.y);
  const Cell* above = tile_.context.cell(block.x, block.y - 1);
  if (left) consider(left->mode);
  if (above) consider(above->mode);
  // Around the best direction, in ever smaller steps.
  for (int step_size = hints ? 1 : settings_.direction_step / 2; step_size > 0; step_size /= 2) {
    int best = -1;
    for (int i = 0; i < modes.count && best < 0; ++i) {
      if (modes.list[i].mode >= kFirstDirection) best = modes.list[i].mode;
    }
    if (best < 0) break;
    for (const int mode : {best - step_size, best + step_size}) {
      if (mode >= kFirstDirection && mode < kModes) consider(mode);
    }
  }
  return modes;
}

// Codes the luma of a leaf: chooses mode and transform, appends the levels, reconstructs. Returns distortion + lambda *
// bits of mode and levels.
float Search::code_luma(Leaf& leaf, const Modes* hints, Tree& out) {
  Block& block = leaf.block;
  const PlaneQuantizer& quantizer = tile_.quantizers[0];
  const Neighbours neighbours = neighbours_of(tile_, block, 0, scratch_->border);
  const ModePrices::Bits mode_bits = scratch_->mode_prices.bits(likely_modes(tile_.context, block));
  const Modes modes = choose_luma_modes(block, neighbours, mode_bits, hints);
  if (block.shape.is_square()) scratch_->depth[block.shape.log2_width].modes = modes;
  const bool chooses_transform = can_choose_transform(block);
  const auto transform_bits = [&](int mode, TransformType type) {
    PriceCounter counter;
    Block priced = block;
    priced.mode = static_cast<uint8_t>(mode);
    priced.transform = type;
    code_transform(counter, models_, priced);
    return counter.total_bits();
  };
  Shortlist& shortlist = scratch_->shortlist;
  shortlist.clear(settings_.full_candidates);
  const auto load_residual_of = [&](int mode) {
    predict(mode, neighbours, block.shape, tile_.context.max_sample, {scratch_->prediction, block.width()});
    load_residual(block, 0);
  };
  const auto estimate = [&](int mode, TransformType type) {
    Shortlist::Entry& trial = shortlist.trial();
    trial.mode = static_cast<uint8_t>(mode);
    trial.transform = type;
    forward_transform({scratch_->residual, block.width()}, block.shape, trial.transform, trial.coefficients);
    trial.lost = lost_distortion(block, quantizer, scratch_->residual, trial.coefficients);
    trial.cost = trial.lost +
                 settings_.lambda * (mode_bits[mode] + (chooses_transform ? transform_bits(mode, type) : 0)) +
                 estimate_cost(quantizer, block.step_index, block.shape, trial.coefficients, settings_.lambda);
    shortlist.offer();
  };
  int estimated = 0;
  for (; estimated < std::min(settings_.estimated_modes, modes.count); ++estimated) {
    load_residual_of(modes.list[estimated].mode);
    estimate(modes.list[estimated].mode, {});
  }
  if (settings_.transforms && chooses_transform) {
    const int mode = shortlist.best().front().mode;
    if (mode != modes.list[estimated - 1].mode) load_residual_of(mode);
    for (const TransformType type : kSineTransforms) estimate(mode, type);
  }

  const ExpectedSpectrum expected = tile_.context.spectra->expect(block, 0);
  const Model& coded = coded_model(models_.coefficients[0], block, 0, expected);
  const float coded_bits = price_in_bits(coded, true);
  const float empty_bits = price_in_bits(coded, false);
  float best = kInfinity;
  QuantizedBlock best_quantized;
  Block best_block = block;
  for (const Shortlist::Entry& candidate : shortlist.best()) {
    block.mode = candidate.mode;
    block.transform = candidate.transform;
    const QuantizedBlock quantized =
        quantize_block(scratch_->prices[0], {candidate.coefficients, block.shape, quantizer, block.step_index},
                       expected, settings_.quantize, scratch_->levels);
    float bits = mode_bits[block.mode];
    if (quantized.end == 0) {
      bits += empty_bits;
      block.transform = {};
    } else {
      bits += coded_bits + quantized.bits;
      if (chooses_transform) bits += transform_bits(block.mode, block.transform);
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
  predict(block.mode, neighbours, block.shape, tile_.context.max_sample, tile_.planes[0].at(block.x, block.y));
  if (best_quantized.end > 0) add_residual(tile_, block, 0);
  return best;
}

// The factor that maps the luma of the block onto this chroma plane with the least squared error.
int Search::estimate_alpha(const Block& block, int plane) const {
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

// The same for both chroma planes.
float Search::code_chroma(Leaf& leaf, Tree& out) {
  Block& block = leaf.block;
  std::array<Neighbours, 2> neighbours;
  std::array<Border, 2> borders;
  for (int i = 0; i < 2; ++i) neighbours[i] = neighbours_of(tile_, block, i + 1, borders[i]);
  std::array<int8_t, 2> alpha;
  for (int i = 0; i < 2; ++i) alpha[i] = static_cast<int8_t>(estimate_alpha(block, i + 1));
  const auto mode_price = [&] {
    PriceCounter counter;
    Block priced = block;
    code_chroma_mode(counter, models_, tile_.context, priced);
    return counter.total_bits();
  };
  Shortlist& shortlist = scratch_->shortlist;
  shortlist.clear(settings_.full_chroma_candidates);
  for (int m = 0; m < settings_.chroma_modes; ++m) {
    block.chroma_mode = static_cast<ChromaMode>(m);
    const uint8_t predicted = chroma_prediction_mode(block.chroma_mode, block.mode);
    if (m > static_cast<int>(ChromaMode::from_luma) && predicted == block.mode) continue;
    block.alpha = block.chroma_mode == ChromaMode::from_luma ? alpha : std::array<int8_t, 2>{};
    if (block.chroma_mode == ChromaMode::from_luma && alpha[0] == 0 && alpha[1] == 0) continue;
    Shortlist::Entry& trial = shortlist.trial();
    trial.mode = static_cast<uint8_t>(m);
    trial.lost = 0;
    trial.cost = settings_.lambda * mode_price();
    for (int i = 0; i < 2; ++i) {
      const PlaneQuantizer& quantizer = tile_.quantizers[i + 1];
      int32_t* const coefficients = trial.coefficients + i * kMaxLevels;
      predict_intra(tile_, block, i + 1, neighbours[i], {scratch_->prediction, block.width()});
      load_residual(block, i + 1);
      forward_transform({scratch_->residual, block.width()}, block.shape, {}, coefficients);
      trial.lost += lost_distortion(block, quantizer, scratch_->residual, coefficients);
      trial.cost += estimate_cost(quantizer, block.step_index, block.shape, coefficients, settings_.lambda);
    }
    trial.cost += trial.lost;
    shortlist.offer();
  }

  float best = kInfinity;
  Block best_block = block;
  std::array<QuantizedBlock, 2> best_quantized;
  const uint8_t luma_coded = block.coded_planes & 1;
  const std::array<ExpectedSpectrum, 2> expected = {tile_.context.spectra->expect(block, 1),
                                                    tile_.context.spectra->expect(block, 2)};
  for (const Shortlist::Entry& candidate : shortlist.best()) {
    block.chroma_mode = static_cast<ChromaMode>(candidate.mode);
    block.alpha = block.chroma_mode == ChromaMode::from_luma ? alpha : std::array<int8_t, 2>{};
    block.coded_planes = luma_coded;
    float cost = settings_.lambda * mode_price() + candidate.lost;
    std::array<QuantizedBlock, 2> quantized;
    for (int i = 0; i < 2; ++i) {
      const int plane = i + 1;
      quantized[i] = quantize_block(
          scratch_->prices[1],
          {candidate.coefficients + i * kMaxLevels, block.shape, tile_.quantizers[plane], block.step_index},
          expected[i], settings_.quantize, scratch_->levels + i * kMaxLevels);
      const Model& coded = coded_model(models_.coefficients[1], block, plane, expected[i]);
      const bool has_levels = quantized[i].end > 0;
      cost += quantized[i].distortion + settings_.lambda * (quantized[i].bits + price_in_bits(coded, has_levels));
      block.coded_planes |= static_cast<uint8_t>(has_levels << plane);
    }
    if (cost < best) {
      best = cost;
      best_block = block;
      best_quantized = quantized;
      std::swap(scratch_->levels, scratch_->best_levels);
    }
  }
  block = best_block;
  for (int i = 0; i < 2; ++i) {
    const int plane = i + 1;
    predict_intra(tile_, block, plane, neighbours[i], tile_.planes[plane].at(block.x, block.y));
    leaf.keep_levels(plane, best_quantized[i], scratch_->best_levels + i * kMaxLevels, out.levels);
    if (block.is_coded(plane)) add_residual(tile_, block, plane);
  }
  return best;
}

}  // namespace laq::picture
