// Blocks that copy others: where from, and what their residual costs.
#include <algorithm>
#include <cstdint>

#include "entropy/coder.h"
#include "picture/cost_estimate.h"
#include "picture/residual.h"
#include "picture/search_scratch.h"

namespace laq {
namespace {

constexpr std::array<TransformType, 2> kTransforms = {{{}, {Kernel::dst7, Kernel::dst7}}};

}  // namespace

// The squared error of a copy, in squared steps; gives up once it is above `limit`.
float Search::copy_error(const Block& block, Vector vector, float limit) const {
  float error = 0;
  for (int plane = 0; plane < tile_.context.planes; ++plane) {
    const float step = static_cast<float>(tile_.quantizers[plane].block_step(block.step_index)) / (1 << kStepFraction);
    const Plane<uint16_t>& decoded = tile_.planes[plane];
    int64_t sum = 0;
    for (int y = block.y; y < block.y + block.height(); ++y) {
      const uint16_t* const a = source_[plane].row(y) + block.x;
      const uint16_t* const b = decoded.row(y + vector.y) + block.x + vector.x;
      int32_t row = 0;
      for (int x = 0; x < block.width(); ++x) row += (a[x] - b[x]) * (a[x] - b[x]);
      sum += row;
    }
    error += static_cast<float>(sum) / (step * step);
    if (error > limit) break;
  }
  return error;
}

// The vector whose copy needs the fewest bits and leaves the least error; false where there is none.
bool Search::find_vector(Block& block) {
  const LikelyVectors likely(tile_.context, block);
  float best = kInfinity;
  const auto consider = [&](Vector vector) {
    if (!can_copy(tile_.context, block, vector)) return;
    PriceCounter counter;
    code_vector(counter, models_, likely, vector);
    const float price = settings_.lambda * counter.total_bits();
    if (price >= best) return;
    const float cost = price + copy_error(block, vector, best - price);
    if (cost >= best) return;
    best = cost;
    block.vector = vector;
  };
  for (int i = 0; i < likely.count; ++i) consider(likely.list[i]);
  scratch_->matches->for_each_match(block, consider);
  return best < kInfinity;
}

// Quantizes what the prediction of a block that is not intra leaves. The candidate's block is complete but for
// transform and levels; its cost is added to.
void Search::code_residual(Candidate& candidate) {
  Leaf& leaf = candidate.leaf;
  Block& block = leaf.block;
  candidate.levels.clear();
  for (int plane = 0; plane < tile_.context.planes; ++plane) {
    const PlaneQuantizer& quantizer = tile_.quantizers[plane];
    const Plane<uint16_t>& source = source_[plane];
    copy_plane(tile_, block, plane, scratch_->prediction, block.width());
    subtract(source.row(block.y) + block.x, source.stride(), scratch_->prediction, block.width(), scratch_->residual,
             block.width(), block.width(), block.height());
    const bool chooses_transform = plane == 0 && settings_.transforms && can_choose_transform(block);
    const ExpectedSpectrum expected = expected_spectrum(tile_.context, block, plane);
    const Model& coded = coded_model(models_.coefficients[plane > 0], block, plane, expected);
    float best = kInfinity;
    QuantizedBlock best_quantized;
    TransformType best_transform;
    for (const TransformType type : kTransforms) {
      if (type != TransformType{} && !chooses_transform) continue;
      int32_t* const coefficients = scratch_->shortlist.trial().coefficients;
      forward_transform(scratch_->residual, block.width(), block.log2_width, block.log2_height, type, coefficients);
      const QuantizedBlock quantized =
          quantize_block(scratch_->prices[plane > 0], quantizer, block.step_index, block.log2_width, block.log2_height,
                         expected, coefficients, settings_.quantize, scratch_->levels);
      float bits = price_in_bits(coded, quantized.end > 0) + quantized.bits;
      if (plane == 0 && quantized.end > 0 && can_choose_transform(block)) {
        PriceCounter counter;
        Block priced = block;
        priced.transform = type;
        code_transform(counter, models_, priced);
        bits += counter.total_bits();
      }
      const float cost = quantized.distortion + settings_.lambda * bits +
                         lost_distortion(block, quantizer, scratch_->residual, coefficients);
      if (cost >= best) continue;
      best = cost;
      best_quantized = quantized;
      best_transform = type;
      std::swap(scratch_->levels, scratch_->best_levels);
    }
    candidate.cost += best;
    leaf.ends[plane] = best_quantized.end;
    leaf.levels[plane] = candidate.levels.size();
    if (best_quantized.end == 0) continue;
    if (plane == 0) block.transform = best_transform;
    block.coded_planes |= static_cast<uint8_t>(1 << plane);
    block.nonzero_width[plane] = best_quantized.nonzero_width;
    block.nonzero_height[plane] = best_quantized.nonzero_height;
    block.levels[plane] = scratch_->best_levels;
    block.update_spectrum(plane);
    candidate.levels.insert(candidate.levels.end(), scratch_->best_levels,
                            scratch_->best_levels + block.levels_count());
  }
}

// The block as a copy; of infinite cost where nothing can be copied.
const Search::Candidate& Search::try_copy(const Leaf& leaf) {
  Candidate& candidate = scratch_->copy;
  candidate.leaf = leaf;
  candidate.cost = kInfinity;
  Block& block = candidate.leaf.block;
  block.prediction = Prediction::copy;
  if (!find_vector(block)) return candidate;
  PriceCounter counter;
  code_prediction(counter, models_, tile_.context, block);
  code_vector(counter, models_, LikelyVectors(tile_.context, block), block.vector);
  candidate.cost = settings_.lambda * counter.total_bits();
  code_residual(candidate);
  return candidate;
}

// Puts a candidate in place of the levels behind `begin` of the tree, and reconstructs it.
void Search::take(const Candidate& candidate, Leaf& leaf, Tree& out, size_t begin) {
  leaf = candidate.leaf;
  out.levels.resize(begin);
  out.levels.insert(out.levels.end(), candidate.levels.begin(), candidate.levels.end());
  std::vector<int32_t> levels = candidate.levels;  // reconstruction spoils them
  for (int plane = 0; plane < tile_.context.planes; ++plane) {
    leaf.block.levels[plane] = levels.data() + leaf.levels[plane];
    leaf.levels[plane] += begin;
  }
  reconstruct_block(tile_, leaf.block);
}

}  // namespace laq
