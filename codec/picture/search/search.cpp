#include "picture/search/search.h"

#include <algorithm>
#include <cmath>

#include "base/ablation.h"
#include "entropy/coder.h"
#include "picture/reconstruct/residual.h"
#include "picture/search/search_scratch.h"

namespace laq::picture {
namespace {

// The largest squared error of 8x8 luma samples of a block that is reconstructed in place, in squared steps. Sides: 8
// or more.
float largest_error(const Plane<uint16_t>& source, const Plane<uint16_t>& reconstructed, const BlockPlace& block,
                    float step) {
  constexpr int kSize = 8;
  int32_t largest = 0;
  for (int y = block.y; y < block.y + block.height(); y += kSize) {
    for (int x = block.x; x < block.x + block.width(); x += kSize) {
      int32_t sum = 0;
      for (int row = y; row < y + kSize; ++row) {
        const uint16_t* const a = source.row(row) + x;
        const uint16_t* const b = reconstructed.row(row) + x;
        for (int i = 0; i < kSize; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
      }
      largest = std::max(largest, sum);
    }
  }
  return static_cast<float>(largest) / (step * step);
}

}  // namespace

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
  const Effort& row = effort_row(effort);
  const float lambda = !perceptual ? 0.10f : screen_content ? 0.03f : 0.05f;
  SearchSettings settings{row, lambda, {}, 0, 0, 0};
  settings.effort.halves = row.halves && is_used("halves");
  settings.effort.sine_transforms = row.sine_transforms && is_used("sine_transforms");
  settings.quantize.rate_distortion = is_used("rate_distortion_quantization");
  settings.quantize.lambda = perceptual ? lambda : 0.09f;
  settings.halves_ratio = perceptual ? row.halves_ratio_perceptual : row.halves_ratio;
  settings.early_stop_cost = screen_content ? row.early_stop_cost_screen : row.early_stop_cost;
  settings.early_stop_error = screen_content ? kInfinity : row.early_stop_error;
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

// A square node while its partitions are tried.
struct Search::Node {
  BlockPlace place;
  const Modes* parent_modes;
  float budget;
  Scratch::Depth& depth;
  bool split_is_implied;
  RecentColours recent_colours;  // as they are before the node
  float best = kInfinity;        // cost of the best partition so far
  float whole = kInfinity;       // cost of the node as one block, if that has been tried
  bool best_is_in_place = false;
};

// The cost of the best tree of a square node, appended to `out`; gives up (infinity) once it is sure to exceed
// `budget`.
float Search::search_node(const BlockPlace& place, const Modes* parent_modes, Tree& out, float budget) {
  const SyntaxContext& context = tile_.context;
  const Effort& effort = settings_.effort;
  if (place.x >= context.tile.x1 || place.y >= context.tile.y1) return 0;
  const int log2_size = place.shape.log2_width;
  if (log2_size > effort.largest_inheriting) parent_modes = nullptr;
  if (log2_size == 2) return code_leaf(place, parent_modes, out, budget);

  Node node{
      place, parent_modes, budget, scratch_->depth[log2_size], split_is_implied(context, place), *tile_.recent_colours};
  const bool can_be_block = !node.split_is_implied && log2_size <= effort.largest;
  const bool can_split = node.split_is_implied || log2_size > effort.smallest;
  if (can_be_block) node.whole = try_partition(node, Partition::none);
  if (can_split && !stops_early(node)) {
    const float quarters = try_partition(node, Partition::split);
    if (can_be_block && effort.halves && quarters >= settings_.halves_ratio * node.whole) {
      try_partition(node, Partition::horizontal);
      try_partition(node, Partition::vertical);
    }
  }
  if (node.best == kInfinity) return kInfinity;
  if (!node.best_is_in_place) put_back_best(node);
  out.append(node.depth.best);
  return node.best;
}

// The cost of a partition, infinity if it is not the best so far.
float Search::try_partition(Node& node, Partition partition) {
  Tree& trial = node.depth.trial;
  trial.clear();
  if (!node.split_is_implied) trial.partitions.push_back(partition);
  const float limit = std::min(node.best, node.budget);
  float cost = partition_price(node, partition);
  if (node.best_is_in_place) node.depth.saved.save(tile_, node.place);
  clear_cells(tile_, node.place);
  *tile_.recent_colours = node.recent_colours;
  node.best_is_in_place = false;
  const Modes* const modes = &node.depth.modes;
  const bool finished = for_each_part(
      partition, node.place,
      [&](const BlockPlace& block) {
        cost += code_leaf(block, partition == Partition::none ? node.parent_modes : modes, trial, limit - cost);
        return cost < limit;
      },
      [&](const BlockPlace& quarter) {
        cost += search_node(quarter, node.whole < kInfinity ? modes : nullptr, trial, limit - cost);
        return cost < limit;
      });
  if (!finished) return kInfinity;
  std::swap(node.depth.best, node.depth.trial);
  node.best = cost;
  node.best_is_in_place = true;
  return cost;
}

float Search::partition_price(const Node& node, Partition partition) const {
  if (node.split_is_implied) return 0;
  PriceCounter counter;
  code_partition(counter, models_, tile_.context, node.place, partition);
  return settings_.lambda * counter.total_bits();
}

// Whether a node that has been coded as one block is so good that it is not cut (see Effort). Its cost alone does not
// tell a faint error everywhere from a detail that is lost, so the largest error counts too.
bool Search::stops_early(const Node& node) const {
  const float lambda = settings_.lambda;
  if (node.whole >= lambda * settings_.early_stop_cost * static_cast<float>(node.place.width())) return false;
  const int step_index = node.depth.best.leaves.front().block.step_index;
  const float step = static_cast<float>(tile_.quantizers[0].block_step(step_index)) / (1 << kStepFraction);
  return largest_error(source_[0], tile_.planes[0], node.place, step) < lambda * settings_.early_stop_error;
}

// Leaves the best partition reconstructed, after others have been tried.
void Search::put_back_best(Node& node) {
  node.depth.saved.restore(tile_, node.place);
  clear_cells(tile_, node.place);
  *tile_.recent_colours = node.recent_colours;
  Tree& best = node.depth.best;
  for (Leaf& leaf : best.leaves) {
    if (leaf.block.prediction == Prediction::palette) leaf.block.palette = &best.palettes[leaf.palette];
    mark_block(tile_, leaf.block);
  }
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

// Sets the residual of a plane from the prediction, both in the scratch.
void Search::load_residual(const Block& block, int plane) {
  subtract(source_[plane].at(block.x, block.y), {scratch_->prediction, block.width()}, block.shape,
           {scratch_->residual, block.width()});
}

// Codes a block as a leaf: appends it to `out`, leaves it reconstructed and its cells marked; returns its cost. Gives
// up (infinity) once that is sure to exceed `budget`.
float Search::code_leaf(const BlockPlace& place, const Modes* parent_modes, Tree& out, float budget) {
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
  if (other.cost > settings_.lambda * kEarlyStopBits) {
    intra = code_luma(leaf, parent_modes, out);
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
    append_candidate(other, leaf, out);
    cost += other.cost;
  } else {
    mark_block(tile_, block);
    cost += intra;
  }
  out.leaves.push_back(leaf);
  return cost;
}

}  // namespace laq::picture
