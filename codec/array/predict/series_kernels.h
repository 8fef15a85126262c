// The loops of the cascade that predicts series (series_rows.h), which run for every sample: in vectors, in a fixed
// order and without fused operations, so that every CPU gives the same bits.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace laq::array {

// Windows of numbers of a few series, side by side: the features of a regression.
inline constexpr int kSeriesWindows = 3, kSeriesMemories = 3;
struct WindowedSeries {
  std::array<const double*, kSeriesWindows> first;  // number of each window
  std::array<int, kSeriesWindows> count;            // of numbers: multiples of kDoubles
};
using MemoryWeights = std::array<const double*, kSeriesMemories>;
using MemoryPredictions = std::array<double, kSeriesMemories>;

// A filter of one series, whose features are its latest numbers.
struct FilterStep {
  float* weights;
  const float* history;  // `taps` numbers that were known, and the newest one behind them
  int taps;              // a multiple of kFilterParts, which is how many sums run beside each other
  float step;
};
inline constexpr int kFilterParts = 16;

// Both kinds of loops for the CPU that runs. They are looked up once, as the look-up takes as long as a short loop.
struct SeriesKernels {
  // The sums of weights and features of every memory.
  void (*predict)(const WindowedSeries& features, const MemoryWeights& weights, MemoryPredictions& predictions);

  // For each filter: weights[i] += step * history[i], then predicted = the sum of weights[i] * history[i + 1].
  void (*learn_and_predict)(std::span<const FilterStep> filters, float* predicted);
};
SeriesKernels series_kernels();

}  // namespace laq::array
