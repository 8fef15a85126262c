// The syntax of a block's quantized levels, written once for writer, reader and price counter.
//
// Levels are visited from the last one that is not zero down to DC along anti-diagonals, so that the five neighbours on
// the high-frequency side (right, right 2, below, below 2, diagonal) are known. Their sum is the local estimate of
// magnitude that chooses every context (local template as in VVC and AV1; see docs/format.md).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "picture/models.h"

namespace laq {

// One stop of the visit: frequency (u, v), its packed row-major index in the block and its index in the padded
// magnitudes.
struct ScanPosition {
  uint16_t index;
  uint16_t padded;
  uint8_t u;
  uint8_t v;
};
// coded_size(w) * coded_size(h) stops from DC upwards.
const ScanPosition* scan_of(int log2_width, int log2_height);

// Magnitudes of a block with two zero columns and rows behind it.
inline constexpr int kMagnitudeStride = kMaxCodedSize + 2;
struct Magnitudes {
  std::array<uint8_t, kMagnitudeStride*(kMaxCodedSize + 2)> value;

  void clear(int height) { std::fill_n(value.data(), kMagnitudeStride * (height + 2), uint8_t{0}); }
  int neighbour_sum(int i) const {
    return value[i + 1] + value[i + 2] + value[i + kMagnitudeStride] + value[i + 2 * kMagnitudeStride] +
           value[i + kMagnitudeStride + 1];
  }
  void set(int i, uint32_t magnitude) { value[i] = static_cast<uint8_t>(std::min(magnitude, 51u)); }
};

inline constexpr auto kActivityClass = [] {
  std::array<uint8_t, 256> table{};
  for (int sum = 0; sum < 256; ++sum) {
    table[sum] = static_cast<uint8_t>(sum < 5 ? sum : sum < 7 ? 5 : sum < 10 ? 6 : sum < 15 ? 7 : sum < 30 ? 8 : 9);
  }
  return table;
}();

inline constexpr auto kBandClass = [] {
  std::array<uint8_t, 2 * kMaxCodedSize> table{};
  for (int diagonal = 0; diagonal < 2 * kMaxCodedSize; ++diagonal) {
    table[diagonal] = static_cast<uint8_t>(diagonal < 2    ? diagonal
                                           : diagonal < 4  ? 2
                                           : diagonal < 8  ? 3
                                           : diagonal < 16 ? 4
                                                           : 5);
  }
  return table;
}();

// The models of one level, chosen by its place and its neighbours.
struct LevelModels {
  Model& above_zero;
  Model& above_one;
  Model& above_two;
  std::array<Model, kRemainderPrefix>& remainder;
  int golomb;  // bits of the remainder that are sent as they are, beside the prefix

  LevelModels(CoefficientModels& models, int size, int diagonal, int sum)
      : above_zero(models.above_zero[size][kBandClass[diagonal]][kActivityClass[sum]]),
        above_one(models.above_one[size >> 1][std::min<int>(kBandClass[diagonal], 2)][kActivityClass[sum]]),
        above_two(models.above_two[size >> 1][std::min<int>(kBandClass[diagonal], 2)][kActivityClass[sum]]),
        remainder(models.remainder[kActivityClass[sum]]),
        golomb(sum < 20    ? 0
               : sum < 50  ? 1
               : sum < 100 ? 2
                           : 3) {}
};

// magnitude - 3 in an Exp-Golomb code of order `golomb`.
template <class Coder>
uint32_t code_remainder(Coder& coder, LevelModels& models, uint32_t value) {
  uint32_t prefix = 0;
  const uint32_t shifted = (value >> models.golomb) + 1;
  const auto wanted = static_cast<uint32_t>(std::bit_width(shifted)) - 1;
  while (prefix < 20 && coder.bit(models.remainder[std::min<uint32_t>(prefix, kRemainderPrefix - 1)], prefix < wanted))
    ++prefix;
  const int count = static_cast<int>(prefix) + models.golomb;
  const uint32_t base = ((1u << prefix) - 1) << models.golomb;
  return base + coder.bits(count, value - base);
}

template <class Coder>
uint32_t code_magnitude(Coder& coder, LevelModels& models, bool surely_above_zero, uint32_t value) {
  if (!surely_above_zero && !coder.bit(models.above_zero, value > 0)) return 0;
  if (!coder.bit(models.above_one, value > 1)) return 1;
  if (!coder.bit(models.above_two, value > 2)) return 2;
  return 3 + code_remainder(coder, models, value - 3);
}

// The number of levels up to the last one that is not zero, 1 .. count.
template <class Coder>
int code_end(Coder& coder, CoefficientModels& models, int log2_width, int log2_height, bool neighbours_coded, int end) {
  const int size = size_class(log2_width, log2_height);
  auto& tree = models.end_class[2 * size + neighbours_coded];
  const int wanted = std::bit_width(static_cast<uint32_t>(end - 1));
  int node = 1;
  for (int i = 3; i >= 0; --i) node = 2 * node + coder.bit(tree[node], (wanted >> i) & 1);
  const int number = std::min(node - 16, kEndClasses - 1);
  if (number < 2) return number + 1;
  const int below = number - 2;  // bits below the top two
  const auto offset = static_cast<uint32_t>(end - 1) - (1u << (number - 1));
  const uint32_t top = coder.bit(models.end_bit[size][number], (offset >> below) & 1);
  const uint32_t rest = coder.bits(below, offset & ((1u << below) - 1));
  return static_cast<int>((1u << (number - 1)) + (top << below) + rest) + 1;
}

// levels: coded_size(w) x coded_size(h), all zero before a reader comes; nonzero_width and nonzero_height are set by
// it. `end` as of code_end; looked at by writer and counter only. False where the stream says something impossible.
template <class Coder>
bool code_levels(Coder& coder, CoefficientModels& models, int log2_width, int log2_height, bool neighbours_coded,
                 int end, int32_t* levels, uint8_t& nonzero_width, uint8_t& nonzero_height) {
  const int width = coded_size(1 << log2_width), height = coded_size(1 << log2_height);
  end = code_end(coder, models, log2_width, log2_height, neighbours_coded, end);
  if (Coder::kReads && end > width * height) return false;
  const ScanPosition* const scan = scan_of(log2_width, log2_height);
  const int size = size_class(log2_width, log2_height);
  Magnitudes magnitudes;
  magnitudes.clear(height);
  int right = 0, bottom = 0;
  for (int p = end - 1; p >= 0; --p) {
    const auto [index, padded, u, v] = scan[p];
    LevelModels level_models(models, size, u + v, magnitudes.neighbour_sum(padded));
    int32_t& level = levels[index];
    const auto magnitude = code_magnitude(coder, level_models, p == end - 1, static_cast<uint32_t>(std::abs(level)));
    if (magnitude == 0) continue;
    const bool negative = coder.bits(1, level < 0);
    if constexpr (Coder::kReads) {
      level = negative ? -static_cast<int32_t>(magnitude) : static_cast<int32_t>(magnitude);
      right = std::max<int>(right, u);
      bottom = std::max<int>(bottom, v);
    }
    magnitudes.set(padded, magnitude);
  }
  if constexpr (Coder::kReads) {
    nonzero_width = static_cast<uint8_t>(right + 1);
    nonzero_height = static_cast<uint8_t>(bottom + 1);
  }
  return true;
}

}  // namespace laq
