#include "picture/search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entropy/coder.h"
#include "picture/cost_estimate.h"
#include "picture/predict.h"
#include "picture/residual.h"
#include "picture/satd.h"
#include "picture/shortlist.h"

namespace laq {
namespace {

constexpr int kMaxArea = kSuperblockSize * kSuperblockSize;

constexpr std::array<TransformType, 3> kSineTransforms = {
    {{Kernel::dst7, Kernel::dst7}, {Kernel::dst7, Kernel::dct2}, {Kernel::dct2, Kernel::dst7}}};

// Samples of a square of all planes, kept while another tree for it is tried.
struct Saved {
  std::array<std::vector<uint16_t>, kMaxPlanes> samples;

  void save(const TileState& tile, int x, int y, int size) {
    for (int plane = 0; plane < tile.context.planes; ++plane) {
      samples[plane].resize(kMaxArea);
      for (int row = 0; row < size; ++row) {
        std::copy_n(tile.planes[plane].row(y + row) + x, size, samples[plane].data() + row * size);
      }
    }
  }
  void restore(const TileState& tile, int x, int y, int size) const {
    for (int plane = 0; plane < tile.context.planes; ++plane) {
      for (int row = 0; row < size; ++row) {
        std::copy_n(samples[plane].data() + row * size, size, tile.planes[plane].row(y + row) + x);
      }
    }
  }
};

// Sum of squares, `count` a multiple of 16. In 16 sums of a fixed order, which a compiler may keep in vectors.
template <class T>
float energy(const T* values, int count, float unit) {
  std::array<float, 16> sums{};
  for (int i = 0; i < count; i += 16) {
    for (int j = 0; j < 16; ++j) {
      const float value = static_cast<float>(values[i + j]) * unit;
      sums[j] += value * value;
    }
  }
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum;
}

// Distortion of the frequencies that a 64-point axis does not keep: the energy of the residual that its coefficients
// lack, in squared steps of the highest frequency that is kept.
float lost_distortion(const Block& block, const PlaneQuantizer& quantizer, const int16_t* residual,
                      const int32_t* coefficients) {
  if (block.width() <= kMaxCodedSize && block.height() <= kMaxCodedSize) return 0;
  constexpr float kUnit = 1.0f / (1 << kCoefficientFraction);
  const float lost = energy(residual, block.area(), 1) - energy(coefficients, block.levels_count(), kUnit);
  const float step = static_cast<float>(quantizer.block_step(block.step_index)) / (1 << kStepFraction);
  const float weight =
      quantizer.weights.reciprocals(block.log2_width, block.log2_height)[block.levels_count() - 1] / step;
  return std::max(0.0f, lost) * weight * weight;
}

}  // namespace

void Tree::clear() {
  partitions.clear();
  leaves.clear();
  levels.clear();
}

void Tree::append(const Tree& other) {
  partitions.insert(partitions.end(), other.partitions.begin(), other.partitions.end());
  const size_t offset = levels.size();
  for (Leaf leaf : other.leaves) {
    for (size_t& position : leaf.levels) position += offset;
    leaves.push_back(leaf);
  }
  levels.insert(levels.end(), other.levels.begin(), other.levels.end());
}

// The most promising luma modes, best first.
struct Search::Modes {
  struct Candidate {
    float cost;
    uint8_t mode;
  };
  static constexpr int kMost = 8;
  std::array<Candidate, kMost> list;
  int count = 0;

  void add(float cost, int mode) {
    if (count == kMost && cost >= list[kMost - 1].cost) return;
    int i = count < kMost ? count++ : kMost - 1;
    for (; i > 0 && list[i - 1].cost > cost; --i) list[i] = list[i - 1];
    list[i] = {cost, static_cast<uint8_t>(mode)};
  }
};

// Per depth of the tree: the best subtree so far and the one being tried.
struct Search::Scratch {
  struct Depth {
    Tree best, trial;
    Saved saved;
    Modes modes;  // of the node as one block: where its halves begin their search
  };
  std::array<Depth, 7> depth;  // by log2 of the node's size
  ModePrices mode_prices;
  std::array<CoefficientPrices, kPlaneClasses> prices;
  Shortlist shortlist;
  Border border;
  alignas(64) uint16_t prediction[kMaxArea];
  alignas(64) int16_t residual[kMaxArea];
  alignas(64) int32_t level_arrays[2][2 * kMaxLevels];
  int32_t* levels = level_arrays[0];  // being tried; of luma, or of each chroma plane
  int32_t* best_levels = level_arrays[1];
};

SearchSettings search_settings(int effort, bool perceptual) {
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
  settings.cheap = effort <= 4 ? 20 : effort == 5 ? 10 : effort == 6 ? 6 : effort == 7 ? 3 : 0;
  settings.transforms = effort >= 2;
  settings.direction_step = effort <= 2 ? 8 : effort <= 7 ? 4 : 2;
  settings.hinted_modes = effort <= 7 ? 4 : 8;
  settings.largest_hinted = effort <= 3 ? 3 : effort <= 6 ? 2 : 0;
  settings.estimated_modes = effort <= 1   ? 1
                             : effort <= 3 ? 2
                             : effort == 4 ? 3
                             : effort <= 6 ? 4
                             : effort == 7 ? 6
                                           : 8;
  settings.full_candidates = effort <= 4 ? 1 : effort <= 6 ? 2 : effort == 7 ? 3 : 4;
  settings.chroma_modes = effort <= 3 ? 3 : effort <= 5 ? 4 : kChromaModes;
  settings.full_chroma_candidates = effort <= 5 ? 1 : effort <= 7 ? 2 : 4;
  return settings;
}

Search::Search(const TileState& tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& step_field,
               PictureModels& models, const SearchSettings& settings)
    : tile_(tile),
      source_(source),
      step_field_(step_field),
      models_(models),
      settings_(settings),
      scratch_(std::make_unique<Scratch>()) {}

Search::~Search() = default;

const Tree& Search::search_superblock(int x, int y) {
  root_.clear();
  scratch_->mode_prices.update(models_);
  for (int plane = 0; plane < std::min(2, tile_.context.planes); ++plane) {
    scratch_->prices[plane].update(models_.coefficients[plane]);
  }
  search_node(x, y, 6, nullptr, root_, kInfinity);
  return root_;
}

void Search::clear_cells(int x, int y, int size) {
  const int x1 = std::min(x + size, tile_.context.tile.x1), y1 = std::min(y + size, tile_.context.tile.y1);
  for (int row = y; row < y1; row += kCellSize) {
    std::fill_n(tile_.cells->row(row / kCellSize) + x / kCellSize, (x1 - x) / kCellSize, Cell{});
  }
}

// The cost of the best tree of a square node, appended to `out`; gives up (infinity) once it is sure to exceed
// `budget`.
float Search::search_node(int x, int y, int log2_size, const Modes* hints, Tree& out, float budget) {
  const SyntaxContext& context = tile_.context;
  if (x >= context.tile.x1 || y >= context.tile.y1) return 0;
  const int size = 1 << log2_size;
  if (log2_size > settings_.largest_hinted) hints = nullptr;
  if (log2_size == 2) return code_leaf(x, y, 2, 2, hints, out);

  Scratch::Depth& scratch = scratch_->depth[log2_size];
  const bool implied = split_is_implied(context, x, y, log2_size);
  float best = kInfinity;
  float whole = kInfinity;  // cost of the node as one block, where that has been tried
  bool best_is_in_place = false;

  const auto partition_bits = [&](Partition partition) {
    if (implied) return 0.0f;
    PriceCounter counter;
    code_partition(counter, models_, context, x, y, log2_size, partition);
    return counter.total_bits();
  };
  const auto try_partition = [&](Partition partition) {
    Tree& trial = scratch.trial;
    trial.clear();
    if (!implied) trial.partitions.push_back(partition);
    const float limit = std::min(best, budget);
    float cost = settings_.lambda * partition_bits(partition);
    if (best < kInfinity && best_is_in_place) scratch.saved.save(tile_, x, y, size);
    clear_cells(x, y, size);
    best_is_in_place = false;
    const bool finished = for_each_part(
        partition, x, y, log2_size,
        [&](int bx, int by, int w, int h) {
          cost += code_leaf(bx, by, w, h, partition == Partition::none ? hints : &scratch.modes, trial);
          return cost < limit;
        },
        [&](int nx, int ny, int node_size) {
          cost += search_node(nx, ny, node_size, whole < kInfinity ? &scratch.modes : nullptr, trial, limit - cost);
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
  const bool cheap = whole < settings_.lambda * settings_.cheap * static_cast<float>(size);
  if (can_split && !cheap) {
    const float quarters = try_partition(Partition::split);
    if (!implied && settings_.rectangles && log2_size <= settings_.largest &&
        quarters >= settings_.rectangle_ratio * whole) {
      try_partition(Partition::horizontal);
      try_partition(Partition::vertical);
    }
  }
  if (best == kInfinity) return kInfinity;
  if (!best_is_in_place) {
    scratch.saved.restore(tile_, x, y, size);
    clear_cells(x, y, size);
    for (const Leaf& leaf : scratch.best.leaves) mark_block(*tile_.cells, *tile_.spectra, leaf.block);
  }
  out.append(scratch.best);
  return best;
}

uint8_t Search::step_index_of(int x, int y, int width, int height) const {
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

Search::Modes Search::choose_luma_modes(const Block& block, const Neighbours& neighbours,
                                        const ModePrices::Bits& mode_bits, const Modes* hints) {
  const Plane<uint16_t>& source = source_[0];
  const uint16_t* const samples = source.row(block.y) + block.x;
  std::array<float, kModes> costs;
  costs.fill(-1);
  const float scale =
      static_cast<float>(1 << kStepFraction) / static_cast<float>(tile_.quantizers[0].block_step(block.step_index));
  const float bit_weight = 0.15f;  // steps of summed absolute error that a bit is worth
  Modes modes;
  const auto consider = [&](int mode) {
    if (costs[mode] >= 0) return;
    predict(mode, neighbours, block.log2_width, block.log2_height, tile_.max_sample, scratch_->prediction,
            block.width());
    const uint32_t error = satd(samples, source.stride(), scratch_->prediction, block.width(), block.log2_width,
                                block.log2_height, tile_.max_sample);
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
  const ModePrices::Bits mode_bits = scratch_->mode_prices.bits(likely_modes(tile_.context, block.x, block.y));
  const Modes modes = choose_luma_modes(block, neighbours, mode_bits, hints);
  if (block.log2_width == block.log2_height) scratch_->depth[block.log2_width].modes = modes;
  const Plane<uint16_t>& source = source_[0];
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
  const auto load_residual = [&](int mode) {
    predict(mode, neighbours, block.log2_width, block.log2_height, tile_.max_sample, scratch_->prediction,
            block.width());
    subtract(source.row(block.y) + block.x, source.stride(), scratch_->prediction, block.width(), scratch_->residual,
             block.width(), block.width(), block.height());
  };
  const auto estimate = [&](int mode, TransformType type) {
    Shortlist::Entry& trial = shortlist.trial();
    trial.mode = static_cast<uint8_t>(mode);
    trial.transform = type;
    forward_transform(scratch_->residual, block.width(), block.log2_width, block.log2_height, trial.transform,
                      trial.coefficients);
    trial.lost = lost_distortion(block, quantizer, scratch_->residual, trial.coefficients);
    trial.cost = trial.lost +
                 settings_.lambda * (mode_bits[mode] + (chooses_transform ? transform_bits(mode, type) : 0)) +
                 estimate_cost(quantizer, block.step_index, block.log2_width, block.log2_height, trial.coefficients,
                               settings_.lambda);
    shortlist.offer();
  };
  int estimated = 0;
  for (; estimated < std::min(settings_.estimated_modes, modes.count); ++estimated) {
    load_residual(modes.list[estimated].mode);
    estimate(modes.list[estimated].mode, {});
  }
  if (settings_.transforms && chooses_transform) {
    const int mode = shortlist.best().front().mode;
    if (mode != modes.list[estimated - 1].mode) load_residual(mode);
    for (const TransformType type : kSineTransforms) estimate(mode, type);
  }

  const ExpectedSpectrum expected = expected_spectrum(tile_.context, block, 0);
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
        quantize_block(scratch_->prices[0], quantizer, block.step_index, block.log2_width, block.log2_height, expected,
                       candidate.coefficients, settings_.quantize, scratch_->levels);
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
  leaf.ends[0] = best_quantized.end;
  leaf.levels[0] = out.levels.size();
  Plane<uint16_t>& plane = tile_.planes[0];
  uint16_t* const samples = plane.row(block.y) + block.x;
  predict(block.mode, neighbours, block.log2_width, block.log2_height, tile_.max_sample, samples, plane.stride());
  if (best_quantized.end > 0) {
    block.coded_planes |= 1;
    out.levels.insert(out.levels.end(), scratch_->best_levels, scratch_->best_levels + block.levels_count());
    block.levels[0] = scratch_->best_levels;
    block.nonzero_width[0] = best_quantized.nonzero_width;
    block.nonzero_height[0] = best_quantized.nonzero_height;
    block.update_spectrum(0);
    add_residual(tile_, block, 0);
  }
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
      const Plane<uint16_t>& source = source_[i + 1];
      const PlaneQuantizer& quantizer = tile_.quantizers[i + 1];
      int32_t* const coefficients = trial.coefficients + i * kMaxLevels;
      predict_plane(tile_, block, i + 1, neighbours[i], scratch_->prediction, block.width());
      subtract(source.row(block.y) + block.x, source.stride(), scratch_->prediction, block.width(), scratch_->residual,
               block.width(), block.width(), block.height());
      forward_transform(scratch_->residual, block.width(), block.log2_width, block.log2_height, {}, coefficients);
      trial.lost += lost_distortion(block, quantizer, scratch_->residual, coefficients);
      trial.cost += estimate_cost(quantizer, block.step_index, block.log2_width, block.log2_height, coefficients,
                                  settings_.lambda);
    }
    trial.cost += trial.lost;
    shortlist.offer();
  }

  float best = kInfinity;
  Block best_block = block;
  std::array<int, kMaxPlanes> best_ends = leaf.ends;
  const uint8_t luma_coded = block.coded_planes & 1;
  const std::array<ExpectedSpectrum, 2> expected = {expected_spectrum(tile_.context, block, 1),
                                                    expected_spectrum(tile_.context, block, 2)};
  for (const Shortlist::Entry& candidate : shortlist.best()) {
    block.chroma_mode = static_cast<ChromaMode>(candidate.mode);
    block.alpha = block.chroma_mode == ChromaMode::from_luma ? alpha : std::array<int8_t, 2>{};
    block.coded_planes = luma_coded;
    float cost = settings_.lambda * mode_price() + candidate.lost;
    std::array<int, kMaxPlanes> ends = leaf.ends;
    for (int i = 0; i < 2; ++i) {
      const int plane = i + 1;
      const QuantizedBlock quantized = quantize_block(
          scratch_->prices[1], tile_.quantizers[plane], block.step_index, block.log2_width, block.log2_height,
          expected[i], candidate.coefficients + i * kMaxLevels, settings_.quantize, scratch_->levels + i * kMaxLevels);
      const Model& coded = coded_model(models_.coefficients[1], block, plane, expected[i]);
      cost += quantized.distortion + settings_.lambda * (quantized.bits + price_in_bits(coded, quantized.end > 0));
      ends[plane] = quantized.end;
      if (quantized.end > 0) block.coded_planes |= static_cast<uint8_t>(1 << plane);
      block.nonzero_width[plane] = quantized.nonzero_width;
      block.nonzero_height[plane] = quantized.nonzero_height;
    }
    if (cost < best) {
      best = cost;
      best_block = block;
      best_ends = ends;
      std::swap(scratch_->levels, scratch_->best_levels);
    }
  }
  block = best_block;
  leaf.ends = best_ends;
  for (int i = 0; i < 2; ++i) {
    const int plane = i + 1;
    Plane<uint16_t>& samples = tile_.planes[plane];
    predict_plane(tile_, block, plane, neighbours[i], samples.row(block.y) + block.x, samples.stride());
    leaf.levels[plane] = out.levels.size();
    if (leaf.ends[plane] == 0) continue;
    int32_t* const levels = scratch_->best_levels + i * kMaxLevels;
    out.levels.insert(out.levels.end(), levels, levels + block.levels_count());
    block.levels[plane] = levels;
    block.update_spectrum(plane);
    add_residual(tile_, block, plane);
  }
  return best;
}

// Codes a block as a leaf: appends it to `out`, leaves it reconstructed and its cells marked; returns its cost.
float Search::code_leaf(int x, int y, int log2_width, int log2_height, const Modes* hints, Tree& out) {
  Leaf leaf;
  Block& block = leaf.block;
  block.x = x;
  block.y = y;
  block.log2_width = static_cast<uint8_t>(log2_width);
  block.log2_height = static_cast<uint8_t>(log2_height);
  block.step_index = step_index_of(x, y, block.width(), block.height());
  float cost = 0;
  if (x % kStepGroup == 0 && y % kStepGroup == 0) {
    PriceCounter counter;
    code_step_index(counter, models_, tile_.context, x, y, block.step_index);
    cost += settings_.lambda * counter.total_bits();
  } else {
    // Fixed by the first block of the group.
    block.step_index = tile_.context.cell(x & -kStepGroup, y & -kStepGroup)->step_index;
  }
  cost += code_luma(leaf, hints, out);
  if (tile_.context.planes > 1) cost += code_chroma(leaf, out);
  mark_block(*tile_.cells, *tile_.spectra, block);
  out.leaves.push_back(leaf);
  return cost;
}

}  // namespace laq
