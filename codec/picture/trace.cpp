#include "picture/trace.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/parallel.h"
#include "picture/reconstruct/tile_decoder.h"
#include "quantize/step.h"

namespace laq {

const char* name_of(BlockMode mode) {
  static constexpr std::array<const char*, kBlockModes> kNames = {
      "DC", "smooth", "smooth vertical", "smooth horizontal", "Paeth", "directional", "copy", "palette"};
  return kNames[static_cast<size_t>(mode)];
}

namespace picture {
namespace {

// Does a block begin at this cell?
bool begins_block(const Cell& cell, int cell_x, int cell_y) {
  return (cell_x * kCellSize) % (1 << cell.log2_width) == 0 && (cell_y * kCellSize) % (1 << cell.log2_height) == 0;
}

BlockMode mode_of(const Cell& cell) {
  static_assert(static_cast<int>(BlockMode::paeth) == kPaethMode);
  if (cell.prediction == Prediction::copy) return BlockMode::copy;
  if (cell.prediction == Prediction::palette) return BlockMode::palette;
  return static_cast<BlockMode>(std::min<int>(cell.mode, kFirstDirection));
}

float angle_of(int mode) {
  constexpr float kDegrees = 180.0f / (kDirections - 1);
  return static_cast<float>(mode - kHorizontalMode) * kDegrees;
}

// A step in 1/256 of the range of samples.
float step_of(uint32_t step, const PictureHeader& header) {
  return std::ldexp(static_cast<float>(step), 8 - kStepFraction - header.coding_depth());
}

double to_bits(uint64_t cost) {
  return std::ldexp(static_cast<double>(cost), -kCostFraction);
}

// Sums of costs by members of PictureModels.
class CostsByMember {
 public:
  explicit CostsByMember(const std::vector<uint64_t>& costs) : costs_(costs) {}

  PictureModels& models() { return models_; }
  // The cost of what is coded by these members of models().
  template <class... Members>
  double bits(const Members&... members) {
    return to_bits((cost(members) + ...));
  }

 private:
  template <class Member>
  uint64_t cost(const Member& member) {
    const auto* const first = reinterpret_cast<const Model*>(&member);
    const auto* const last = reinterpret_cast<const Model*>(&member + 1);
    const Model* const all = models_.all().data();
    return std::accumulate(costs_.begin() + (first - all), costs_.begin() + (last - all), uint64_t{0});
  }

  const std::vector<uint64_t>& costs_;
  PictureModels models_{0};
};

}  // namespace

void PricingReader::set_models(PictureModels& models) {
  first_ = models.all().data();
  costs_.assign(models.all().size() + 1, 0);
}

bool PricingReader::bit(Model& model, bool) {
  const uint32_t set = model.probability();
  const bool value = SymbolReader::bit(model);
  const auto probability = static_cast<float>(value ? set : 65536 - set);
  const float bits = 16 - std::log2(probability);
  add(costs_[static_cast<size_t>(&model - first_)],
      static_cast<uint64_t>(std::lround(std::ldexp(bits, kCostFraction))));
  return value;
}

PictureTracer::PictureTracer(const PictureHeader& header, uint64_t payload_bytes, PictureTrace& trace)
    : payload_bytes_(payload_bytes), trace_(trace), presets_(header.groups()) {
  for (int group = 0; group < header.groups(); ++group)
    blocks_.emplace_back(header.padded_width() / kCellSize, header.padded_height() / kCellSize);
  costs_.assign(PictureModels(0).all().size() + 1, 0);
}

size_t PictureTracer::bytes(const PictureHeader& header, int threads) {
  const int width = header.padded_width() / kCellSize, height = header.padded_height() / kCellSize;
  const size_t of_group = Plane<BlockCost>::bytes_of(width, height) +
                          SuperblockPresets::bytes_of(superblocks(width), superblocks(height)) +
                          static_cast<size_t>(width) * static_cast<size_t>(height) * sizeof(TracedBlock);
  const size_t of_costs = (sizeof(PictureModels) / sizeof(Model) + 1) * sizeof(uint64_t) + sizeof(PictureModels);
  constexpr size_t kBesides = 1 << 12;
  return kBesides + static_cast<size_t>(header.groups()) * of_group +
         (static_cast<size_t>(resolve_threads(threads)) + 1) * of_costs;
}

bool PictureTracer::decode_tile(const TileState& tile, int group, std::span<const std::byte> stream) {
  PricingReader reader(stream);
  TileDecoder decoder(tile, reader);
  reader.set_models(decoder.models());
  uint64_t before = 0;
  const bool is_valid = decoder.decode([&](const Block& block) {
    BlockCost& cost = blocks_[group].row(block.y / kCellSize)[block.x / kCellSize];
    cost.bits = static_cast<float>(to_bits(reader.total() - before));
    if (block.is_coded(0)) cost.transform = block.transform;
    cost.chroma_from_luma = block.chroma_mode == ChromaMode::from_luma;
    before = reader.total();
  });
  const std::lock_guard lock(mutex_);
  if (group > 0) {
    alpha_cost_ += reader.total();
  } else {
    std::transform(costs_.begin(), costs_.end(), reader.costs().begin(), costs_.begin(), std::plus<>());
  }
  return is_valid;
}

TracedBlock PictureTracer::traced(const CodedPicture& picture, int group, int cell_x, int cell_y) const {
  const Cell& cell = picture.cells[group].row(cell_y)[cell_x];
  const BlockCost& cost = blocks_[group].row(cell_y)[cell_x];
  const LoopFilterParameters& filter = picture.header.loop_filter[group];
  const SuperblockPresets& presets = presets_[group];
  constexpr int kCells = kSuperblockSize / kCellSize;
  const int preset = presets.height() > 0 ? presets.row(cell_y / kCells)[cell_x / kCells] : 0;
  TracedBlock block;
  block.x = static_cast<uint32_t>(cell_x) * kCellSize;
  block.y = static_cast<uint32_t>(cell_y) * kCellSize;
  block.width = static_cast<uint8_t>(1 << cell.log2_width);
  block.height = static_cast<uint8_t>(1 << cell.log2_height);
  block.group = static_cast<uint8_t>(group);
  block.mode = mode_of(cell);
  if (block.mode == BlockMode::directional) block.angle = angle_of(cell.mode);
  block.chroma_from_luma = cost.chroma_from_luma;
  block.has_horizontal_sine = cost.transform.horizontal == Kernel::dst7;
  block.has_vertical_sine = cost.transform.vertical == Kernel::dst7;
  block.coded_planes = cell.coded_planes;
  block.copy_x = cell.vector.x;
  block.copy_y = cell.vector.y;
  if (preset > 0 && cell.coded_planes != 0) block.directional_filter = filter.preset[preset - 1].luma.primary;
  const PlaneQuantizer& quantizer = picture.quantizers[picture.groups[group].first_plane];
  block.step = step_of(quantizer.block_step(cell.step_index), picture.header);
  block.bits = cost.bits;
  return block;
}

std::vector<TracedPart> PictureTracer::parts() const {
  CostsByMember costs(costs_);
  const PictureModels& m = costs.models();
  const CoefficientModels &luma = m.coefficients[0], &chroma = m.coefficients[1];
  std::vector<TracedPart> parts = {
      {"partition", costs.bits(m.partition)},
      {"step field", costs.bits(m.step_changed, m.step_magnitude)},
      {"luma modes", costs.bits(m.likely_mode, m.plain_mode, m.direction)},
      {"chroma modes", costs.bits(m.chroma_mode, m.alpha_sign, m.alpha_magnitude)},
      {"copies and palettes",
       costs.bits(m.is_copy, m.is_palette, m.likely_vector, m.vector_y, m.vector_x, m.more_colours, m.colour_is_used,
                  m.colour_is_gray, m.first_index, m.second_index, m.further_index)},
      {"transforms", costs.bits(m.transform)},
      {"luma: ends of levels", costs.bits(luma.coded, luma.end_class, luma.end_bit)},
      {"luma: magnitudes", costs.bits(luma.magnitude, luma.remainder)},
      {"chroma: ends of levels", costs.bits(chroma.coded, chroma.end_class, chroma.end_bit)},
      {"chroma: magnitudes", costs.bits(chroma.magnitude, chroma.remainder)},
      {"signs, large magnitudes", to_bits(costs_.back())},
      {"alpha", to_bits(alpha_cost_)}};
  double of_tiles = 0;
  for (const TracedPart& part : parts) of_tiles += part.bits;
  parts.push_back({"headers, filters", 8.0 * static_cast<double>(payload_bytes_) - of_tiles});
  return parts;
}

void PictureTracer::finish(const CodedPicture& picture) const {
  PictureTrace& trace = trace_;
  const PictureHeader& header = picture.header;
  trace.tile_width = uint32_t{header.tile_width} * kSuperblockSize;
  trace.tile_height = uint32_t{header.tile_height} * kSuperblockSize;
  trace.base_step = step_of(picture.quantizers[0].block_step(header.base_step_index), header);
  std::copy_n(header.loop_filter[0].deblock_strength.begin(), 3, trace.deblocking.begin());
  if (header.has_alpha()) trace.deblocking[3] = header.loop_filter[1].deblock_strength[0];
  trace.payload_bytes = payload_bytes_;
  trace.parts = parts();
  // Calls use(group, column, row) for the cells where blocks begin.
  const auto for_each_block = [&](auto&& use) {
    for (int group = 0; group < header.groups(); ++group) {
      const CellMap& cells = picture.cells[group];
      for (int y = 0; y < cells.height(); ++y) {
        for (int x = 0; x < cells.width(); ++x) {
          if (begins_block(cells.row(y)[x], x, y)) use(group, x, y);
        }
      }
    }
  };
  size_t count = 0;
  for_each_block([&](int, int, int) { ++count; });
  trace.blocks.reserve(count);
  for_each_block([&](int group, int x, int y) { trace.blocks.push_back(traced(picture, group, x, y)); });
}

}  // namespace picture
}  // namespace laq
