// Encoding of one tile: search and syntax, superblock by superblock.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "entropy/coder.h"
#include "picture/models.h"
#include "picture/reconstruct.h"
#include "picture/search.h"
#include "picture/syntax.h"

namespace laq {

class TileEncoder {
 public:
  TileEncoder(const TileState& tile, std::span<const Plane<uint16_t>> source, const Plane<uint8_t>& step_field,
              const SearchSettings& settings)
      : spectra_(tile.context.tile, tile.context.planes),
        tile_(tile.with(spectra_, recent_colours_)),
        models_(tile.context.base_step_index),
        search_(tile_, source, step_field, models_, settings) {}

  // The bytes of the tile; calls done() after every row of superblocks and stops early where it returns false.
  template <class Done>
  std::vector<std::byte> encode(Done&& done) {
    const Rectangle& r = tile_.context.tile;
    for (int y = r.y0; y < r.y1; y += kSuperblockSize) {
      for (int x = r.x0; x < r.x1; x += kSuperblockSize) {
        const RecentColours recent_colours = recent_colours_;
        const Tree& tree = search_.search_superblock(x, y);
        recent_colours_ = recent_colours;
        write_superblock(x, y, tree);
      }
      if (!done(std::min(kSuperblockSize, r.y1 - y) * (r.x1 - r.x0))) break;
    }
    return writer_.finish();
  }

 private:
  void write_superblock(int x, int y, const Tree& tree) {
    // The search has left the cells as they will be: take them back and put them down again in coding order.
    for (int row = y; row < std::min(y + kSuperblockSize, tile_.context.tile.y1); row += kCellSize) {
      const int columns = std::min(kSuperblockSize, tile_.context.tile.x1 - x) / kCellSize;
      std::fill_n(tile_.cells->row(row / kCellSize) + x / kCellSize, columns, Cell{});
    }
    next_partition_ = tree.partitions.data();
    next_leaf_ = tree.leaves.data();
    levels_ = tree.levels;
    palettes_ = tree.palettes;
    write_node(x, y, 6);
  }

  bool write_node(int x, int y, int log2_size) {
    const SyntaxContext& context = tile_.context;
    if (x >= context.tile.x1 || y >= context.tile.y1) return true;
    Partition partition = Partition::none;
    if (split_is_implied(context, x, y, log2_size)) {
      partition = Partition::split;
    } else if (log2_size > 2) {
      partition = code_partition(writer_, models_, context, x, y, log2_size, *next_partition_++);
    }
    return for_each_part(
        partition, x, y, log2_size,
        [&](int, int, int, int) {
          const Leaf& leaf = *next_leaf_++;
          Block block = leaf.block;
          for (int plane = 0; plane < context.planes; ++plane)
            block.levels[plane] = levels_.data() + leaf.levels[plane];
          if (block.prediction == Prediction::palette) block.palette = &palettes_[leaf.palette];
          code_block(writer_, models_, context, block, leaf.ends);
          mark_block(tile_, block);
          return true;
        },
        [&](int nx, int ny, int size) { return write_node(nx, ny, size); });
  }

  SpectrumMap spectra_;
  RecentColours recent_colours_;
  TileState tile_;
  PictureModels models_;
  Search search_;
  SymbolWriter writer_;
  const Partition* next_partition_ = nullptr;
  const Leaf* next_leaf_ = nullptr;
  std::vector<int32_t> levels_;
  std::vector<Palette> palettes_;
};

}  // namespace laq
