#include "picture/search/search.h"

#include <algorithm>
#include <cmath>

#include "entropy/coder.h"
#include "picture/reconstruct/residual.h"
#include "picture/search/search_scratch.h"

namespace laq::picture {

void Tree::clear() {
  partitions.clear();
  leaves.clear();
  levels.clear();
  palettes.clear();
}

void Tree::append(const Tree& other) {
  partitions.insert(partitions.end(), other.partitions.begin(), other.partitions.end());
  const size_t offset = levels.size();
  for (Leaf leaf : other.leaves) {
    for (size_t& position : leaf.levels) position += offset;
    leaf.palette += palettes.size();
    leaves.push_back(leaf);
  }
  levels.insert(levels.end(), other.levels.begin(), other.levels.end());
  palettes.insert(palettes.end(), other.palettes.begin(), other.palettes.end());
}

void Leaf::keep_levels(int plane, const QuantizedBlock& quantized, int32_t* values, std::vector<int32_t>& all) {
  levels[plane] = all.size();
  if (quantized.end == 0) return;
  all.insert(all.end(), values, values + block.shape.coded_area());
  block.coded_planes |= static_cast<uint8_t>(1 << plane);
  block.levels[plane] = {values, quantized.end, quantized.nonzero, {}};
  block.update_spectrum(plane);
}

SearchSettings search_settings(int effort, bool perceptual, bool screen_content) {
  SearchSettings settings;
  settings.lambda = perceptual ? 0.05f : 0.10f;
  settings.quantize.lambda = perceptual ? 0.05f : 0.09f;
  // Every level does more than the one before.
  settings.smallest = effort <= 2 ? 3 : 2;
  settings.largest = effort <= 1 ? 5 : 6;
  settings.rectangles = effort >= 4;
  // Halves are chosen by squared error, at the cost of texture: where the picture is tuned for the eye, clear cases
  // only.
  settings.rectangle_ratio = effort <= 4 ? 0.95f : perceptual ? 0.9f : effort == 5 ? 0.85f : effort == 6 ? 0.8f : 0;
  settings.leaf_cost_limit = effort <= 4 ? 20 : effort == 5 ? 10 : effort == 6 ? 6 : effort == 7 ? 3 : 0;
  settings.leaf_error_limit = effort <= 3 ? 160 : effort == 4 ? 120 : effort == 5 ? 100 : effort == 6 ? 60 : 30;
  if (screen_content) {
    // A little ink on a flat ground costs few bits and is seen: the cost alone decides.
    settings.leaf_cost_limit = effort <= 6 ? settings.leaf_cost_limit / 5 : 0;
    settings.leaf_error_limit = kInfinity;
    if (perceptual) settings.lambda = settings.quantize.lambda = 0.03f;
  }
  settings.transforms = effort >= 2;
  settings.direction_step = effort <= 2 ? 8 : effort <= 7 ? 4 : effort == 8 ? 2 : 1;
  settings.hinted_modes = effort <= 7 ? 4 : 8;
  settings.largest_hinted = effort <= 3 ? 3 : effort <= 6 ? 2 : 0;
  settings.estimated_modes = effort <= 1   ? 1
                             : effort <= 3 ? 2
                             : effort == 4 ? 3
                             : effort <= 6 ? 4
                             : effort == 7 ? 6
                             : effort == 8 ? 8
                                           : 16;
  settings.full_candidates = effort <= 4 ? 1 : effort <= 6 ? 2 : effort == 7 ? 3 : effort == 8 ? 4 : 8;
  settings.chroma_modes = effort <= 3 ? 3 : effort <= 5 ? 4 : kChromaModes;
  settings.full_chroma_candidates = effort <= 4 ? 1 : effort <= 7 ? 2 : 4;
  return settings;
}

Search::Search(const TileState& tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& step_field,
               PictureModels& models, const SearchSettings& settings)
    : tile_(tile),
      source_(source),
      step_field_(step_field),
      models_(models),
      settings_(settings),
      scratch_(std::make_unique<Scratch>()) {
  if (tile.context.screen_content) scratch_->matches.emplace(source, tile.context.tile);
}

Search::~Search() = default;

Tree& Search::search_superblock(const BlockPlace& superblock) {
  root_.clear();
  scratch_->mode_prices.update(models_);
  for (int plane = 0; plane < std::min(2, tile_.context.planes); ++plane) {
    scratch_->prices[plane].update(models_.coefficients[plane]);
  }
  search_node(superblock, nullptr, root_, kInfinity);
  return root_;
}

// The cost of the best tree of a square node, appended to `out`; gives up (infinity) once it is sure to exceed
// `budget`.
float Search::search_node(const BlockPlace& node, const Modes* hints, Tree& out, float budget) {
  const SyntaxContext& context = tile_.context;
  if (node.x >= context.tile.x1 || node.y >= context.tile.y1) return 0;
  const int log2_size = node.shape.log2_width;
  if (log2_size > settings_.largest_hinted) hints = nullptr;
  if (log2_size == 2) return code_leaf(node, hints, out, budget);

  Scratch::Depth& scratch = scratch_->depth[log2_size];
  const bool implied = split_is_implied(context, node);
  float best = kInfinity;
  float whole = kInfinity;  // cost of the node as one block, where that has been tried
  bool best_is_in_place = false;

  const RecentColours recent_colours = *tile_.recent_colours;  // as they are before the node
  const auto partition_bits = [&](Partition partition) {
    if (implied) return 0.0f;
    PriceCounter counter;
    code_partition(counter, models_, context, node, partition);
    return counter.total_bits();
  };
  const auto try_partition = [&](Partition partition) {
    Tree& trial = scratch.trial;
    trial.clear();
    if (!implied) trial.partitions.push_back(partition);
    const float limit = std::min(best, budget);
    float cost = settings_.lambda * partition_bits(partition);
    if (best < kInfinity && best_is_in_place) scratch.saved.save(tile_, node);
    clear_cells(tile_, node);
    *tile_.recent_colours = recent_colours;
    best_is_in_place = false;
    const bool finished = for_each_part(
        partition, node,
        [&](const BlockPlace& block) {
          cost += code_leaf(block, partition == Partition::none ? hints : &scratch.modes, trial, limit - cost);
          return cost < limit;
        },
        [&](const BlockPlace& quarter) {
          cost += search_node(quarter, whole < kInfinity ? &scratch.modes : nullptr, trial, limit - cost);
          return cost < limit;
        });
    if (!finished) return kInfinity;
    std::swap(scratch.best, scratch.trial);
    best = cost;
    best_is_in_place = true;
    return cost;
  };

  const bool can_split = log2_size > settings_.smallest || implied;
  if (!implied && log2_size <= settings_.largest) whole = try_partition(Partition::none);
  const auto stays_whole = [&] {
    return whole < settings_.lambda * settings_.leaf_cost_limit * static_cast<float>(node.width()) &&
           largest_error(scratch.best.leaves.front().block) < settings_.lambda * settings_.leaf_error_limit;
  };
  if (can_split && !stays_whole()) {
    const float quarters = try_partition(Partition::split);
    if (!implied && settings_.rectangles && log2_size <= settings_.largest &&
        quarters >= settings_.rectangle_ratio * whole) {
      try_partition(Partition::horizontal);
      try_partition(Partition::vertical);
    }
  }
  if (best == kInfinity) return kInfinity;
  if (!best_is_in_place) {
    scratch.saved.restore(tile_, node);
    clear_cells(tile_, node);
    *tile_.recent_colours = recent_colours;
    for (Leaf& leaf : scratch.best.leaves) {
      if (leaf.block.prediction == Prediction::palette) leaf.block.palette = &scratch.best.palettes[leaf.palette];
      mark_block(tile_, leaf.block);
    }
  }
  out.append(scratch.best);
  return best;
}

uint8_t Search::step_index_of(const BlockPlace& block) const {
  const int x = block.x, y = block.y, width = block.width(), height = block.height();
  if (width <= kStepGroup && height <= kStepGroup) return step_field_.row(y / kStepGroup)[x / kStepGroup];
  int sum = 0, count = 0;
  for (int row = y / kStepGroup; row < (y + height + kStepGroup - 1) / kStepGroup; ++row) {
    for (int column = x / kStepGroup; column < (x + width + kStepGroup - 1) / kStepGroup; ++column, ++count) {
      sum += step_field_.row(row)[column] - tile_.context.base_step_index;
    }
  }
  const int unit = tile_.context.step_unit;
  const int units = static_cast<int>(std::lround(static_cast<float>(sum) / static_cast<float>(count * unit)));
  return static_cast<uint8_t>(tile_.context.base_step_index + units * unit);
}

// The largest squared error of any 8x8 luma samples of a block that stands in the planes, in squared steps. The cost of
// a whole block does not tell a faint error everywhere from a detail that is lost on a smooth ground.
float Search::largest_error(const Block& block) const {
  constexpr int kSize = 8;
  int32_t largest = 0;
  for (int y = block.y; y < block.y + block.height(); y += kSize) {
    for (int x = block.x; x < block.x + block.width(); x += kSize) {
      int32_t sum = 0;
      for (int row = y; row < y + kSize; ++row) {
        const uint16_t* const a = source_[0].row(row) + x;
        const uint16_t* const b = tile_.planes[0].row(row) + x;
        for (int i = 0; i < kSize; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
      }
      largest = std::max(largest, sum);
    }
  }
  const float step = static_cast<float>(tile_.quantizers[0].block_step(block.step_index)) / (1 << kStepFraction);
  return static_cast<float>(largest) / (step * step);
}

// What the prediction that stands in the scratch leaves of the source.
void Search::load_residual(const Block& block, int plane) {
  subtract(source_[plane].at(block.x, block.y), {scratch_->prediction, block.width()}, block.shape,
           {scratch_->residual, block.width()});
}

// Codes a block as a leaf: appends it to `out`, leaves it reconstructed and its cells marked; returns its cost. Gives
// up (infinity) once that is sure to exceed `budget`.
float Search::code_leaf(const BlockPlace& place, const Modes* hints, Tree& out, float budget) {
  Leaf leaf{Block(place)};
  Block& block = leaf.block;
  float cost = 0;
  if (begins_step_group(block)) {
    block.step_index = step_index_of(block);
    PriceCounter counter;
    code_step_index(counter, models_, tile_.context, block, block.step_index);
    cost += settings_.lambda * counter.total_bits();
  } else {
    block.step_index = step_of_group(tile_.context, block);
  }
  const size_t levels_begin = out.levels.size();
  Candidate& other = scratch_->candidate;
  other.cost = kInfinity;
  if (tile_.context.screen_content) choose_screen_prediction(leaf, other);
  float intra = kInfinity;
  if (other.cost > settings_.lambda * kSurelyCheap) {
    intra = code_luma(leaf, hints, out);
    if (cost + std::min(intra, other.cost) > budget) return kInfinity;
    if (tile_.context.planes > 1) intra += code_chroma(leaf, out);
    if (tile_.context.screen_content) {
      PriceCounter counter;
      code_prediction(counter, models_, tile_.context, block);
      intra += settings_.lambda * counter.total_bits();
    }
  }
  if (other.cost < intra) {
    out.levels.resize(levels_begin);
    take(other, leaf, out);
    cost += other.cost;
  } else {
    mark_block(tile_, block);
    cost += intra;
  }
  out.leaves.push_back(leaf);
  return cost;
}

}  // namespace laq::picture
