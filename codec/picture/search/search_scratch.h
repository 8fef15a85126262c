// What the search works on, allocated once.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "picture/search/match_finder.h"
#include "picture/search/mode_prices.h"
#include "picture/search/search.h"
#include "picture/search/shortlist.h"

namespace laq::picture {

inline constexpr int kMaxArea = kSuperblockSize * kSuperblockSize;
// A copy or a palette that costs no more than so many bits is taken without trying another prediction.
inline constexpr float kEarlyStopBits = 24;

// Samples of a square of all planes, kept while another tree for it is tried.
struct Saved {
  std::array<std::vector<uint16_t>, kMaxPlanes> samples;

  void save(const TileState& tile, const BlockPlace& node) {
    const int size = node.width();
    for (int plane = 0; plane < tile.context.planes; ++plane) {
      samples[plane].resize(kMaxArea);
      for (int row = 0; row < size; ++row) {
        std::copy_n(tile.planes[plane].row(node.y + row) + node.x, size, samples[plane].data() + row * size);
      }
    }
  }
  void restore(const TileState& tile, const BlockPlace& node) const {
    const int size = node.width();
    for (int plane = 0; plane < tile.context.planes; ++plane) {
      for (int row = 0; row < size; ++row) {
        std::copy_n(samples[plane].data() + row * size, size, tile.planes[plane].row(node.y + row) + node.x);
      }
    }
  }
};

// The most promising luma modes, best first.
struct Search::Modes {
  struct Candidate {
    float cost;
    uint8_t mode;
  };
  static constexpr int kMost = 16;
  std::array<Candidate, kMost> list;
  int count = 0;

  void add(float cost, int mode) {
    if (count == kMost && cost >= list[kMost - 1].cost) return;
    int i = count < kMost ? count++ : kMost - 1;
    for (; i > 0 && list[i - 1].cost > cost; --i) list[i] = list[i - 1];
    list[i] = {cost, static_cast<uint8_t>(mode)};
  }
};

// A leaf that does not stand in the planes and the tree yet.
struct Search::Candidate {
  Leaf leaf;
  std::vector<int32_t> levels;
  Palette palette;
  float cost = kInfinity;
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
  std::optional<MatchFinder> matches;  // in screen content
  Candidate candidate, trial_candidate;
  Shortlist shortlist;
  Border border;
  alignas(64) uint16_t prediction[kMaxArea];
  alignas(64) int16_t residual[kMaxArea];
  alignas(64) int32_t level_arrays[2][2 * kMaxLevels];
  int32_t* levels = level_arrays[0];  // being tried; of luma, or of each chroma plane
  int32_t* best_levels = level_arrays[1];
};

}  // namespace laq::picture
