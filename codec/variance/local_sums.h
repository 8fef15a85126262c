// LocalSums: for every frequency of a block the weighted sum of the magnitudes of ten higher frequencies near it.
// Backward estimate: levels are coded from the highest frequency down, so both sides know them.
//
//   sum(u, v) = sum over i, j of weight(i, j) * min(|level(u + i, v + j)|, 51),  weights from 2 beside to 1 three
//   further
//
// Source: local templates as in VVC (ITU-T H.266 9.3.4.2.8) and AV1, with a wider reach.
// Used by: the contexts of levels in pictures (picture/syntax/coefficient_syntax.h), and the encoder's prices of them.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "transform/block_shape.h"

namespace laq {

class LocalSums {
 public:
  static constexpr int kReach = 3;
  static constexpr int kStride = kMaxCodedSize + kReach;
  // The index of frequency (u, v) in the arguments `padded` below.
  static constexpr int padded(int u, int v) { return (v + kReach) * kStride + u + kReach; }

  // height: rows of frequencies.
  explicit LocalSums(int height) { std::fill_n(sums_.data(), kStride * (height + kReach), uint16_t{0}); }

  int at(int padded) const { return sums_[padded]; }
  void add(int padded, uint32_t magnitude) {
    const uint64_t m = std::min(magnitude, kMaxCounted);
    spread(padded, [m](uint64_t sums, uint64_t weights) { return sums + m * weights; });
  }
  // Undoes add() with the same arguments.
  void remove(int padded, uint32_t magnitude) {
    const uint64_t m = std::min(magnitude, kMaxCounted);
    spread(padded, [m](uint64_t sums, uint64_t weights) { return sums - m * weights; });
  }

 private:
  static constexpr uint32_t kMaxCounted = 51;  // larger magnitudes count as this
  // The weight of a magnitude in the sum of the frequency that lies [kReach .. 0] lower in u and [0 .. kReach] lower in
  // v. A word holds the weights of one row in its four lanes, as they lie in memory. No sum exceeds its lane.
  static constexpr std::array<uint64_t, kReach + 1> kWeights = [] {
    constexpr uint64_t kRows[kReach + 1][kReach + 1] = {{1, 2, 2, 0}, {0, 1, 2, 2}, {0, 1, 1, 2}, {0, 0, 0, 1}};
    std::array<uint64_t, kReach + 1> words{};
    for (int row = 0; row <= kReach; ++row) {
      for (int i = 0; i <= kReach; ++i) {
        const int lane = std::endian::native == std::endian::little ? i : kReach - i;
        words[row] |= kRows[row][i] << (16 * lane);
      }
    }
    return words;
  }();

  template <class Change>
  void spread(int padded, Change&& change) {
    for (int row = 0; row <= kReach; ++row) {
      uint16_t* const sums = sums_.data() + padded - row * kStride - kReach;
      uint64_t word;
      std::memcpy(&word, sums, sizeof(word));
      word = change(word, kWeights[row]);
      std::memcpy(sums, &word, sizeof(word));
    }
  }

  std::array<uint16_t, kStride*(kMaxCodedSize + kReach)> sums_;
};

}  // namespace laq
