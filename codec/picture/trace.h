// Tracing: decoding that also writes down what each block is and what its bits are spent on. Tiles are decoded by the
// same code as without tracing, with a reader that prices what it reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <laq/inspect.hpp>

#include "entropy/coder.h"
#include "picture/syntax/models.h"
#include "picture/tile.h"

namespace laq::picture {

// Costs are counted in these parts of a bit, in integers, so that sums do not depend on their order.
inline constexpr int kCostFraction = 16;

// A reader that adds up what it reads: -log2 of the probabilities by which the writer coded it.
class PricingReader : public SymbolReader {
 public:
  using SymbolReader::SymbolReader;

  // The models that the decisions are read by; to be called before the first one.
  void set_models(PictureModels& models);

  bool bit(Model& model, bool = false);
  uint32_t bits(int count, uint32_t = 0) {
    add(costs_.back(), static_cast<uint64_t>(count) << kCostFraction);
    return SymbolReader::bits(count);
  }

  uint64_t total() const { return total_; }
  // One element a model, and a last one for equiprobable bits.
  const std::vector<uint64_t>& costs() const { return costs_; }

 private:
  void add(uint64_t& sum, uint64_t cost) {
    sum += cost;
    total_ += cost;
  }

  const Model* first_ = nullptr;
  std::vector<uint64_t> costs_;
  uint64_t total_ = 0;
};

// Collects the trace of one picture. Tiles may be decoded at once, from several threads.
class PictureTracer {
 public:
  // payload_bytes: of the whole payload. trace: all of it but the picture is filled in by finish(); it outlives this.
  PictureTracer(const PictureHeader& header, uint64_t payload_bytes, PictureTrace& trace);

  // The memory that a tracer and its blocks take at most, beside that of decoding.
  static size_t bytes(const PictureHeader& header, int threads);

  // False if the stream holds an impossible value or ends before the tile does.
  bool decode_tile(const TileState& tile, int group, std::span<const std::byte> stream);

  // The filters that the superblocks of a group have chosen.
  void set_presets(int group, SuperblockPresets presets) { presets_[group] = std::move(presets); }

  // To be called when all tiles are decoded.
  void finish(const CodedPicture& picture) const;

 private:
  // What a block's cell does not hold, at the cell where the block begins.
  struct BlockCost {
    float bits = 0;
    TransformType transform;
    bool chroma_from_luma = false;
  };

  TracedBlock traced(const CodedPicture& picture, int group, int cell_x, int cell_y) const;
  std::vector<TracedPart> parts() const;

  const uint64_t payload_bytes_;
  PictureTrace& trace_;
  std::vector<Plane<BlockCost>> blocks_;    // one a group, of the picture's cells
  std::vector<SuperblockPresets> presets_;  // likewise
  std::mutex mutex_;                        // of the members below
  std::vector<uint64_t> costs_;             // of the first group, as PricingReader::costs()
  uint64_t alpha_cost_ = 0;
};

}  // namespace laq::picture
