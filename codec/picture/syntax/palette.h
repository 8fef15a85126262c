// Palettes: blocks of few colours, each sample one of a short list.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "picture/geometry.h"

namespace laq::picture {

inline constexpr int kMaxColours = 16;
inline constexpr int kMinPaletteSide = 8;
inline constexpr int kMaxPaletteSide = 32;

using Colour = std::array<uint16_t, kMaxPlanes>;  // 0 in planes that the group does not have

struct Palette {
  int count = 0;  // 2 .. kMaxColours
  std::array<Colour, kMaxColours> colours;
  std::array<uint8_t, kMaxPaletteSide * kMaxPaletteSide> indices;  // of the block's samples, packed row-major
};

// The colours of the last palettes of a tile, the newest ones first: what the next one is likely to use.
class RecentColours {
 public:
  static constexpr int kMost = 32;

  // The search copies the list at every node, and that of a photograph is empty: a copy takes only the colours there
  // are.
  RecentColours() = default;
  RecentColours(const RecentColours& other) { *this = other; }
  RecentColours& operator=(const RecentColours& other) {
    count_ = other.count_;
    std::copy_n(other.colours_.begin(), count_, colours_.begin());
    return *this;
  }

  int count() const { return count_; }
  const Colour& operator[](int i) const { return colours_[i]; }

  // Moves the colours of a palette to the front, after a block has been coded by it.
  void update(const Palette& palette);

 private:
  int count_ = 0;
  std::array<Colour, kMost> colours_;  // the first count_ of them
};

}  // namespace laq::picture
