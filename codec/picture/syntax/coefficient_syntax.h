// The syntax of a block's quantized levels, written once for writer, reader and price counter.
//
// Levels are visited from the last one that is not zero down to DC along anti-diagonals, so that the neighbours on the
// high-frequency side are known. Two local estimates of magnitude choose every context: a weighted sum of ten such
// neighbours (a wider local template than that of VVC and AV1), and what the spectra of the blocks above and to the
// left make expect in this band.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "picture/syntax/models.h"
#include "transform/block_shape.h"
#include "variance/local_sums.h"
#include "variance/spectrum.h"

namespace laq::picture {

// One stop of the visit: frequency (u, v), its packed row-major index in the block, its index in LocalSums, and its
// bands.
struct ScanPosition {
  uint16_t index;
  uint16_t padded;
  uint8_t u;
  uint8_t v;
  uint8_t spectrum_band;
  uint8_t band_class;  // by distance from DC
};
// The coded_area() stops of a shape, from DC upwards.
const ScanPosition* scan_of(BlockShape shape);

// The class of a weighted sum of neighbours.
inline constexpr auto kActivityClass = [] {
  constexpr std::array<uint8_t, kActivityClasses - 1> kFirst = {1, 2, 3, 4, 6, 9, 14, 20, 30, 48, 83};
  std::array<uint8_t, 84> table{};
  for (int sum = 0; sum < 84; ++sum) {
    table[sum] = static_cast<uint8_t>(std::upper_bound(kFirst.begin(), kFirst.end(), sum) - kFirst.begin());
  }
  return table;
}();

inline int activity_class(int sum) {
  return kActivityClass[std::min<int>(sum, kActivityClass.size() - 1)];
}

// The models of one level, chosen by its place and its neighbours.
struct LevelModels {
  CoefficientModels::Magnitude& magnitude;
  std::array<Model, kRemainderPrefix>& remainder;
  int golomb;  // bits of the remainder that are sent as they are, beside the prefix

  LevelModels(CoefficientModels& models, const ExpectedSpectrum& expected, const ScanPosition& position, int sum)
      : LevelModels(models, expected.magnitude[position.spectrum_band], position.band_class, activity_class(sum), sum) {
  }

 private:
  LevelModels(CoefficientModels& models, int expected, int band, int activity, int sum)
      : magnitude(models.magnitude[expected][band][activity]),
        remainder(models.remainder[std::min(band, 2)][activity]),
        golomb(sum < 60    ? 0
               : sum < 150 ? 1
               : sum < 300 ? 2
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
  if (!surely_above_zero && !coder.bit(models.magnitude.above_zero, value > 0)) return 0;
  if (!coder.bit(models.magnitude.above_one, value > 1)) return 1;
  if (!coder.bit(models.magnitude.above_two, value > 2)) return 2;
  return 3 + code_remainder(coder, models, value - 3);
}

// The number of levels up to the last one that is not zero, 1 .. count.
template <class Coder>
int code_end(Coder& coder, CoefficientModels& models, BlockShape shape, int density, int end) {
  auto& tree = models.end_class[area_class(shape)][density / 2];
  const int wanted = std::bit_width(static_cast<uint32_t>(end - 1));
  int node = 1;
  for (int i = 3; i >= 0; --i) node = 2 * node + coder.bit(tree[node], (wanted >> i) & 1);
  const int number = std::min(node - 16, kEndClasses - 1);
  if (number < 2) return number + 1;
  const int below = number - 2;  // bits below the top two
  const auto offset = static_cast<uint32_t>(end - 1) - (1u << (number - 1));
  const uint32_t top = coder.bit(models.end_bit[size_class(shape)][number], (offset >> below) & 1);
  const uint32_t rest = coder.bits(below, offset & ((1u << below) - 1));
  return static_cast<int>((1u << (number - 1)) + (top << below) + rest) + 1;
}

// The levels of one plane. A reader finds all values zero and sets them and their extent; writer and counter need
// `end`. False if the stream holds an impossible value.
template <class Coder>
bool code_levels(Coder& coder, CoefficientModels& models, BlockShape shape, const ExpectedSpectrum& expected,
                 PlaneLevels& levels) {
  const int end = code_end(coder, models, shape, expected.density, levels.end);
  if (Coder::kReads && end > shape.coded_area()) return false;
  const ScanPosition* const scan = scan_of(shape);
  LocalSums sums(shape.coded_height());
  int right = 0, bottom = 0;
  for (int p = end - 1; p >= 0; --p) {
    const ScanPosition& position = scan[p];
    LevelModels level_models(models, expected, position, sums.at(position.padded));
    int32_t& level = levels.values[position.index];
    const auto magnitude = code_magnitude(coder, level_models, p == end - 1, static_cast<uint32_t>(std::abs(level)));
    if (magnitude == 0) continue;
    const bool negative = coder.bits(1, level < 0);
    if constexpr (Coder::kReads) {
      level = negative ? -static_cast<int32_t>(magnitude) : static_cast<int32_t>(magnitude);
      right = std::max<int>(right, position.u);
      bottom = std::max<int>(bottom, position.v);
    }
    sums.add(position.padded, magnitude);
  }
  if constexpr (Coder::kReads) {
    levels.nonzero = {static_cast<uint8_t>(right + 1), static_cast<uint8_t>(bottom + 1)};
  }
  return true;
}

}  // namespace laq::picture
