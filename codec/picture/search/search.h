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
#include "picture/search/mode_prices.h"
#include "picture/search/rate_distortion_quantize.h"
#include "picture/syntax/models.h"

namespace laq::picture {

// One decision tree; every effort prunes it more or less.
struct SearchSettings {
  float lambda = 0.1f;        // squared steps a bit
  QuantizeSettings quantize;  // its lambda is set apart: texture is worth more than the mode search says
  int largest = 6;            // log2 of block sides that are tried
  int smallest = 2;
  bool rectangles = true;
  float rectangle_ratio = 0;  // halves are not tried where four quarters cost less than this share of the whole
  // A square is not cut if as one block it costs less than leaf_cost_limit bits for each sample of its side, and no 8x8
  // samples of it have a squared error of more than leaf_error_limit bits.
  float leaf_cost_limit = 0;
  float leaf_error_limit = 0;
  bool transforms = true;          // try DST-VII
  int direction_step = 4;          // directions tried at first: one of so many
  int hinted_modes = 4;            // a block with hints tries so many of the best modes of the node above it instead
  int largest_hinted = 2;          // log2 of the side of the largest squares that go by hints; halves always do
  int estimated_modes = 4;         // luma modes whose coefficients are looked at
  int full_candidates = 2;         // luma modes and transforms that are quantized before one is chosen; at most 8
  int chroma_modes = 4;            // the first so many are looked at
  int full_chroma_candidates = 1;  // chroma modes that are quantized before one is chosen; at most 8
};

// effort: 1 .. 9.
SearchSettings search_settings(int effort, bool perceptual, bool screen_content);

// A block with its levels in an array of the tree.
struct Leaf {
  Block block;
  std::array<size_t, kMaxPlanes> levels{};
  size_t palette = 0;  // likewise, where it has one

  // Appends the levels of a plane to `all`, where it has any; the block looks at `values` themselves.
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
  struct Modes;

  float search_node(const BlockPlace& node, const Modes* hints, Tree& out, float budget);
  float code_leaf(const BlockPlace& place, const Modes* hints, Tree& out, float budget);
  float code_luma(Leaf& leaf, const Modes* hints, Tree& out);
  float code_chroma(Leaf& leaf, Tree& out);
  Modes choose_luma_modes(const Block& block, const Neighbours& neighbours, const ModePrices::Bits& mode_bits,
                          const Modes* hints);
  struct Candidate;
  void choose_screen_prediction(const Leaf& leaf, Candidate& best);
  bool find_vector(Block& block);
  float copy_error(const Block& block, BlockVector vector, float limit) const;
  void quantize_residual(Candidate& candidate);
  float largest_error(const Block& block) const;
  void load_residual(const Block& block, int plane);
  void take(Candidate& candidate, Leaf& leaf, Tree& out);
  int estimate_alpha(const Block& block, int plane) const;
  uint8_t step_index_of(const BlockPlace& block) const;

  TileState tile_;
  std::span<const Plane<uint16_t>> source_;
  const Plane<uint8_t>& step_field_;
  PictureModels& models_;
  SearchSettings settings_;
  std::unique_ptr<Scratch> scratch_;
  Tree root_;
};

}  // namespace laq::picture
