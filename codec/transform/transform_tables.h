// The transform matrices in the orders in which the kernels of block_transform.cpp read them.
//
// A "word" is what one 32-bit lane holds: one int32_t element, or two int16_t elements that are multiplied and summed
// by one instruction. Words alternate between two halves of the sum, so that the symmetry of the DCT, M[k][N - 1 - n] =
// (-1)^k M[k][n], can be used: even words hold even frequencies (inverse) or sums of mirrored samples (forward), odd
// words odd frequencies or differences. "Folded" means that the symmetry is used.
#pragma once

#include <array>
#include <cstdint>

#include "transform/transform_matrix.h"

namespace laq {

template <class Element>
inline constexpr int kPerWord = static_cast<int>(sizeof(int32_t) / sizeof(Element));

// The frequency at `position` of the inverse's word order. Two elements a word: 0 2, 1 3, 4 6, 5 7 ...
template <class Element>
constexpr int frequency_at(int position) {
  if (kPerWord<Element> == 1) return position;
  return (position & ~3) | (position & 1) << 1 | (position >> 1 & 1);
}

template <class Element, Kernel kKernel, int kSize>
struct InverseTables {
  static constexpr int kCoded = coded_size(kSize);
  static constexpr int kPer = kPerWord<Element>;
  alignas(64) std::array<Element, kSize * kCoded> broadcast{};  // [sample][position]
  alignas(64) std::array<Element, kSize * kCoded> lanes{};      // [word][sample][element of the word]

  constexpr InverseTables() {
    for (int p = 0; p < kCoded; ++p) {
      for (int n = 0; n < kSize; ++n) {
        const auto entry = static_cast<Element>(kTransformMatrix<kKernel, kSize>[frequency_at<Element>(p)][n]);
        broadcast[n * kCoded + p] = entry;
        lanes[(p / kPer * kSize + n) * kPer + p % kPer] = entry;
      }
    }
  }
};

template <class Element, Kernel kKernel, int kSize, bool kFolded>
struct ForwardTables {
  static constexpr int kCoded = coded_size(kSize);
  static constexpr int kPer = kPerWord<Element>;
  // Not folded: [frequency][sample] and [word][frequency][element]. Folded: the same for pairs of an even frequency and
  // the next one, whose words alternate.
  alignas(64) std::array<Element, kSize * kCoded> broadcast{};
  alignas(64) std::array<Element, kSize * kCoded> lanes{};

  constexpr ForwardTables() {
    for (int k = 0; k < kCoded; ++k) {
      for (int n = 0; n < (kFolded ? kSize / 2 : kSize); ++n) {
        const auto entry = static_cast<Element>(kTransformMatrix<kKernel, kSize>[k][n]);
        const int word = kFolded ? n / kPer * 2 + k % 2 : n / kPer;
        const int line = kFolded ? k / 2 : k;
        broadcast[line * kSize + word * kPer + n % kPer] = entry;
        lanes[(word * (kFolded ? kCoded / 2 : kCoded) + line) * kPer + n % kPer] = entry;
      }
    }
  }
};

template <class Element, Kernel kKernel, int kSize>
inline constexpr InverseTables<Element, kKernel, kSize> kInverseTables;

template <class Element, Kernel kKernel, int kSize, bool kFolded>
inline constexpr ForwardTables<Element, kKernel, kSize, kFolded> kForwardTables;

}  // namespace laq
