// Codes the samples of a field in bands of rows, as writer or reader: local regression and what its residuals around
// tell predict the values, the expected magnitude (variance/expected_magnitude.h) chooses the models of the residuals.
// The rows of a band are coded at the same time, each some samples behind the one above, so that a processor computes
// with all of them at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "array/predict/local_regression.h"
#include "array/predict/residual_coder.h"
#include "base/grid.h"
#include "entropy/interleaved_rans.h"

namespace laq::array {

// Models of indices, by the class of the magnitude that is expected.
struct IndexModels {
  // Classes are half octaves of the magnitude in half steps, from 2^-8 on; indices beyond them are counted in units.
  static constexpr int kLeastOctave = -8, kMostOctave = 3, kScales = (kMostOctave - kLeastOctave) * 2;
  static constexpr int kMostShift = 59;  // a unit is at most 2^59
  static constexpr int kKinds = 6;  // three of the regression's uncertainty; whether all magnitudes around are zero
  static constexpr int kMost = 7;   // the largest size in units that has a symbol
  static constexpr int kEscape = 2 * kMost + 1;
  static constexpr int kPrefix = 60;

  IndexModels();

  std::array<SymbolCounts, kKinds * kScales> units;               // [kind * kScales + class]
  std::array<CountingModel, SymbolCounts::kSymbols> first_below;  // the bit below a unit of 2, by the symbol
  std::array<CountingModel, kPrefix> prefix;                      // of an Exp-Golomb code, for sizes without a symbol
};

using TakeRow = std::function<void(size_t place, std::span<const double> values)>;

// learnt_distance: the regression learns from every second column, or from every one. masked: of each sample, whether
// it is left out; empty if no sample is masked. first: the value of the first sample. Calls take(place of the first
// sample, values) with each row, up to where the stream ends.
void code_regression_bands(ResidualCoder<InterleavedRansReader>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take);
void code_regression_bands(ResidualCoder<InterleavedRansWriter>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take);

// Samples that the same states of the coder code, at least: a writer keeps all symbols until it ends their states.
inline size_t samples_of_states(const Grid& grid) {
  constexpr size_t kAbout = 1 << 16, kMostParts = 4;
  const size_t parts = std::clamp((grid.size() + kAbout / 2) / kAbout, size_t{1}, kMostParts);
  return (grid.size() + parts - 1) / parts;
}

// The states of its coder: a chunk that takes few bytes has one.
inline int rans_states_of(const Grid& grid) {
  constexpr size_t kSmall = 1 << 13;  // elements
  return grid.size() < kSmall ? 1 : kMostRansStates;
}

// What they allocate, at most.
size_t bytes_of_regression_bands(const Grid& grid);

}  // namespace laq::array
