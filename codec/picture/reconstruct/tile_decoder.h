// Decoding of one tile: syntax and reconstruction, block by block.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "entropy/coder.h"
#include "picture/reconstruct/reconstruct.h"
#include "picture/syntax/models.h"
#include "picture/syntax/syntax.h"

namespace laq::picture {

// Reader: SymbolReader, or one that counts symbols (train_priors.cpp) or what they cost (trace.h) as well.
template <class Reader>
class TileDecoder {
 public:
  TileDecoder(const TileState& tile, Reader& reader)
      : spectra_(tile.context.tile, tile.context.planes),
        tile_(tile.with(spectra_, recent_colours_)),
        reader_(reader),
        models_(tile.context.prior_index()) {
    levels_.resize(kLevels);
  }

  // The size of a decoder with all that it allocates.
  static size_t bytes(const Rectangle& tile, int planes) {
    return sizeof(TileDecoder) + SpectrumMap::bytes(tile, planes) + kLevels * sizeof(int32_t);
  }

  PictureModels& models() { return models_; }

  // False if the stream holds an impossible value or ends before the tile does. Calls observe(block) after each block,
  // whose levels are spoilt by then.
  template <class Observe>
  bool decode(Observe&& observe) {
    const Rectangle& r = tile_.context.tile;
    for (int y = r.y0; y < r.y1; y += kSuperblockSize) {
      for (int x = r.x0; x < r.x1; x += kSuperblockSize) {
        const BlockPlace superblock{x, y, BlockShape::square(kLog2SuperblockSize)};
        if (!decode_superblock(superblock, observe) || reader_.is_past_end()) return false;
      }
    }
    return true;
  }
  bool decode() {
    return decode([](const Block&) {});
  }

 private:
  static constexpr size_t kLevels = kMaxPlanes * kMaxCodedSize * kMaxCodedSize;

  template <class Observe>
  bool decode_superblock(const BlockPlace& superblock, Observe& observe) {
    return for_each_block(
        tile_.context, superblock,
        [&](const BlockPlace& node) { return code_partition(reader_, models_, tile_.context, node, Partition::none); },
        [&](const BlockPlace& place) { return decode_block(place, observe); });
  }

  template <class Observe>
  bool decode_block(const BlockPlace& place, Observe& observe) {
    Block block(place);
    for (int plane = 0; plane < tile_.context.planes; ++plane) {
      block.levels[plane].values = levels_.data() + plane * kMaxCodedSize * kMaxCodedSize;
    }
    block.palette = &palette_;
    if (!code_block(reader_, models_, tile_.context, block)) return false;
    reconstruct_block(tile_, block);
    observe(std::as_const(block));
    for (int plane = 0; plane < tile_.context.planes; ++plane) {
      if (block.is_coded(plane)) std::fill_n(block.levels[plane].values, block.shape.coded_area(), 0);
    }
    return true;
  }

  SpectrumMap spectra_;
  RecentColours recent_colours_;
  TileState tile_;
  Reader& reader_;
  PictureModels models_;
  std::vector<int32_t> levels_;  // all zero between blocks
  Palette palette_;
};

}  // namespace laq::picture
