// Blocks that copy others: where from.
#include <algorithm>
#include <cstdint>

#include "entropy/coder.h"
#include "picture/search/search_scratch.h"

namespace laq::picture {

// The squared error of a copy, in squared steps; gives up once it is above `limit`.
float Search::copy_error(const Block& block, BlockVector vector, float limit) const {
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
  const auto consider = [&](BlockVector vector) {
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

}  // namespace laq::picture
