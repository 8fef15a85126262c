// The models of the indices of residuals that local regression leaves.
#pragma once

#include <array>

#include "entropy/model.h"
#include "entropy/symbol_counts.h"

namespace laq::array {

struct IndexModels {
  // Classes are half octaves of the magnitude in half steps, from 2^-8 on; indices beyond them are counted in units.
  static constexpr int kLeastOctave = -8, kMostOctave = 3, kScales = (kMostOctave - kLeastOctave) * 2;
  static constexpr int kMostShift = 59;  // a unit is at most 2^59
  static constexpr int kKinds = 6;  // three of the regression's uncertainty; whether all magnitudes around are zero
  static constexpr int kMost = 7;   // the largest size in units that has a symbol
  static constexpr int kEscape = 2 * kMost + 1;
  static constexpr int kPrefix = 60;

  IndexModels();

  std::array<SymbolCounts, kKinds * kScales> units;  // [kind * kScales + class of the magnitude that is expected]
  std::array<CountingModel, SymbolCounts::kSymbols> first_below;  // the bit below a unit of 2, by the symbol
  std::array<CountingModel, kPrefix> prefix;                      // of an Exp-Golomb code, for sizes without a symbol
};

}  // namespace laq::array
