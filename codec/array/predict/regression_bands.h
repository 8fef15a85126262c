// Codes the samples of a field in bands of rows, as writer or reader: local regression and what its residuals around
// tell predict the values, the expected magnitude (variance/expected_magnitude.h) chooses the models of the residuals.
// The rows of a band are coded at the same time, each some samples behind the one above, so that a processor computes
// with all of them at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "array/predict/local_regression.h"
#include "array/predict/residual_coder.h"
#include "base/grid.h"
#include "entropy/interleaved_rans.h"

namespace laq::array {

using TakeRow = std::function<void(size_t place, std::span<const double> values)>;

// learnt_distance: the regression learns from every second column, or from every one. masked: of each sample, whether
// it is left out; empty if no sample is masked. first: the value of the first sample. Calls take(place of the first
// sample, values) with each row, up to where the stream ends.
void code_regression_bands(ResidualCoder<InterleavedRansReader>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take);
void code_regression_bands(ResidualCoder<InterleavedRansWriter>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take);

// The samples in each of one to four equal parts of a chunk, before each of which, but the first, the states of the
// coder restart at the next band: a writer keeps all symbols of a part.
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
