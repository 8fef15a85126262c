// Where lanes of a vector go if some of them are marked, by the bits of the marks.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

inline constexpr int kShuffledLanes = 8;
using LaneShuffles = std::array<std::array<int32_t, kShuffledLanes>, 1 << kShuffledLanes>;

// Marked lanes take the first values in turn.
alignas(32) inline constexpr LaneShuffles kSpread = [] {
  LaneShuffles shuffles{};
  for (uint32_t bits = 0; bits < shuffles.size(); ++bits) {
    int next = 0;
    for (int lane = 0; lane < kShuffledLanes; ++lane) shuffles[bits][lane] = (bits >> lane & 1) != 0 ? next++ : 0;
  }
  return shuffles;
}();

// The last lanes take the values of marked lanes in turn, of a vector with so many lanes.
template <int kCount>
alignas(32) inline constexpr LaneShuffles kGather = [] {
  LaneShuffles shuffles{};
  for (uint32_t bits = 0; bits < 1u << kCount; ++bits) {
    int next = kCount;
    for (int lane = kCount; lane-- > 0;) {
      if ((bits >> lane & 1) != 0) shuffles[bits][--next] = lane;
    }
  }
  return shuffles;
}();

}  // namespace laq
