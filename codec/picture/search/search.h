// The encoder's search: the partition, modes and levels of one superblock, by rate-distortion cost.
//
//   cost = distortion + lambda * bits,  distortion in squared steps
//
// Every error is measured in units of its own coefficient's quantization step, so that step field and frequency
// weighting are the measure of what an error is worth.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "picture/reconstruct/reconstruct.h"
#include "picture/search/effort.h"
#include "picture/search/mode_prices.h"
#include "picture/search/rate_distortion_quantize.h"
#include "picture/syntax/models.h"

namespace laq::picture {

// What prunes the decision tree: the knobs of an effort, and those that depend on the picture too.
struct SearchSettings {
  Effort effort;
  float lambda;               // squared steps a bit
  QuantizeSettings quantize;  // its lambda is set apart: texture is worth more than the mode search says
  // Columns of the effort, chosen by what the picture is.
  float halves_ratio;
  float early_stop_cost;
  float early_stop_error;
};

// effort: 1 .. 9.
SearchSettings search_settings(int effort, bool perceptual, bool screen_content);

// A block with its levels in an array of the tree.
struct Leaf {
  Block block;
  std::array<size_t, kMaxPlanes> levels{};  // where those of each plane begin
  size_t palette = 0;                       // its number in the tree, if it has one

  // Appends the levels of a plane to `all`, if it has any; the block itself refers to `values`.
  void keep_levels(int plane, const QuantizedBlock& quantized, int32_t* values, std::vector<int32_t>& all);
};

// A coded (part of a) superblock: partitions and leaves in coding order.
struct Tree {
  std::vector<Partition> partitions;
  std::vector<Leaf> leaves;
  std::vector<int32_t> levels;
  std::vector<Palette> palettes;

  void clear();
  void append(const Tree& other);
};

class Search {
 public:
  // source: planes of the group, padded like the reconstructed ones. step_field: one step index for every 16x16 samples
  // of the picture. The models are read as they stand at each call.
  Search(const TileState& tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& step_field,
         PictureModels& models, const SearchSettings& settings);
  ~Search();

  // Chooses the tree of the superblock at (x, y) and leaves it reconstructed in the tile's planes and cells. The tree
  // stays until the next call.
  Tree& search_superblock(const BlockPlace& superblock);

 private:
  struct Scratch;
  struct Node;
  struct Modes;
  struct Candidate;
  struct ChromaSource;

  float search_node(const BlockPlace& place, const Modes* parent_modes, Tree& out, float budget);
  float try_partition(Node& node, Partition partition);
  float partition_price(const Node& node, Partition partition) const;
  bool stops_early(const Node& node) const;
  void put_back_best(Node& node);

  float code_leaf(const BlockPlace& place, const Modes* parent_modes, Tree& out, float budget);
  uint8_t step_index_of(const BlockPlace& block) const;
  void load_residual(const Block& block, int plane);
  float transform_bits(Block& block) const;
  QuantizedBlock quantize(const Block& block, int plane, const ExpectedSpectrum& expected, const int32_t* coefficients,
                          int32_t* levels);

  float code_luma(Leaf& leaf, const Modes* parent_modes, Tree& out);
  Modes choose_luma_modes(const Block& block, const Neighbours& neighbours, const ModePrices::Bits& mode_bits,
                          const Modes* parent_modes);
  void shortlist_luma(Block block, const Neighbours& neighbours, const ModePrices::Bits& mode_bits, const Modes& modes);
  float quantize_luma(Leaf& leaf, const ModePrices::Bits& mode_bits, Tree& out);

  float code_chroma(Leaf& leaf, Tree& out);
  int estimate_alpha(const Block& block, int plane) const;
  float chroma_mode_price(Block& block) const;
  void shortlist_chroma(Block block, const ChromaSource& source);
  float quantize_chroma(Leaf& leaf, const ChromaSource& source, Tree& out);

  void choose_screen_prediction(const Leaf& leaf, Candidate& best);
  bool find_vector(Block& block);
  float copy_error(const Block& block, BlockVector vector, float limit) const;
  void quantize_residual(Candidate& candidate);
  float quantize_plane(Candidate& candidate, int plane);
  void append_candidate(Candidate& candidate, Leaf& leaf, Tree& out);

  TileState tile_;
  std::span<const Plane<uint16_t>> source_;
  const Plane<uint8_t>& step_field_;
  PictureModels& models_;
  SearchSettings settings_;
  std::unique_ptr<Scratch> scratch_;
  Tree root_;
};

}  // namespace laq::picture
