// Encoding of one tile: search and syntax, superblock by superblock.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "picture/reconstruct/reconstruct.h"
#include "picture/search/search.h"
#include "picture/syntax/models.h"
#include "picture/syntax/syntax.h"

namespace laq::picture {

class TileEncoder {
 public:
  TileEncoder(const TileState& tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& step_field,
              const SearchSettings& settings)
      : spectra_(tile.context.tile, tile.context.planes),
        tile_(tile.with(spectra_, recent_colours_)),
        models_(tile.context.prior_index()),
        search_(tile_, source, step_field, models_, settings) {}

  // The bytes of the tile; calls done() after every row of superblocks and stops early where it returns false.
  template <class Done>
  std::vector<std::byte> encode(Done&& done) {
    const Rectangle& r = tile_.context.tile;
    for (int y = r.y0; y < r.y1; y += kSuperblockSize) {
      for (int x = r.x0; x < r.x1; x += kSuperblockSize) {
        const RecentColours recent_colours = recent_colours_;
        const BlockPlace superblock{x, y, BlockShape::square(kLog2SuperblockSize)};
        Tree& tree = search_.search_superblock(superblock);
        // The search has left the traces of the blocks as they will be: take them back, to be put down in coding order.
        recent_colours_ = recent_colours;
        clear_cells(tile_, superblock);
        write_superblock(superblock, tree);
      }
      if (!done(std::min(kSuperblockSize, r.y1 - y) * (r.x1 - r.x0))) break;
    }
    return writer_.finish();
  }

 private:
  void write_superblock(const BlockPlace& superblock, Tree& tree) {
    const Partition* partition = tree.partitions.data();
    const Leaf* leaf = tree.leaves.data();
    for_each_block(
        tile_.context, superblock,
        [&](const BlockPlace& node) { return code_partition(writer_, models_, tile_.context, node, *partition++); },
        [&](const BlockPlace&) {
          write_leaf(*leaf++, tree);
          return true;
        });
  }

  void write_leaf(const Leaf& leaf, Tree& tree) {
    Block block = leaf.block;
    for (int plane = 0; plane < tile_.context.planes; ++plane) {
      block.levels[plane].values = tree.levels.data() + leaf.levels[plane];
    }
    if (block.prediction == Prediction::palette) block.palette = &tree.palettes[leaf.palette];
    code_block(writer_, models_, tile_.context, block);
    mark_block(tile_, block);
  }

  SpectrumMap spectra_;
  RecentColours recent_colours_;
  TileState tile_;
  PictureModels models_;
  Search search_;
  SymbolWriter writer_;
};

}  // namespace laq::picture
