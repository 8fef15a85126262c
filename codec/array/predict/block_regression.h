// Linear regression over windows of series: the weights of a prediction are those with the least squared error so far,
// where later errors count more, and errors of blocks that were hard to predict less (iteratively reweighted least
// squares; the idea is from sac, github.com/slmdev/sac). Several memories make a prediction each; they differ in how
// fast they forget the sums of earlier blocks. The features of a sample are numbers of a few series around its place,
// so that sums of their products follow from the sums one place before (covariance method; Makhoul, "Linear prediction:
// a tutorial review", 1975). The weights are solved for once a block.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "array/predict/series_kernels.h"
#include "base/linear_algebra.h"

namespace laq::array {

class BlockRegression {
 public:
  static constexpr int kWindows = kSeriesWindows;

  // Numbers of a series from `first` places after the present one on; count: a multiple of kDoubles, up to kMostWindow,
  // or 0. The last window ends with the number that is predicted.
  struct Window {
    int first = 0, count = 0;
  };
  using Windows = std::array<Window, kWindows>;
  using Series = std::array<const double*, kWindows>;

  static constexpr int kMemories = kSeriesMemories;

  BlockRegression(const SeriesKernels& kernels, const Windows& windows)
      : kernels_(kernels),
        windows_(windows),
        count_(windows[0].count + windows[1].count + windows[2].count),
        sums_(static_cast<size_t>(count_) * count_),
        factor_(sums_.size()),
        scratch_(kWindowScratch),
        targets_(count_),
        solution_(count_) {
    for (Memory& memory : memories_) {
      memory.products.resize(sums_.size());
      memory.weights.resize(count_);
    }
  }
  static constexpr size_t bytes(int count) {
    return sizeof(double) * ((2 + kMemories) * count * count + kWindowScratch + (2 + kMemories) * count);
  }

  // The series that the windows slide over, from the present place 0 on. They are readable where a window reaches, and
  // kDoubles beyond; what is not known yet, the predicted number among it, is finite.
  void begin_row(const Series& series) {
    series_ = series;
    begin_ = 0;
  }

  MemoryPredictions predict(ptrdiff_t place) const {
    WindowedSeries features;
    MemoryWeights weights;
    for (int k = 0; k < kWindows; ++k) {
      features.first[k] = series_[k] + place + windows_[k].first;
      features.count[k] = windows_[k].count;
    }
    for (int m = 0; m < kMemories; ++m) weights[m] = memories_[m].weights.data();
    MemoryPredictions predictions;
    kernels_.predict(features, weights, predictions);
    return predictions;
  }

  // The number at `place` is known, and the prediction in force was wrong by `error`.
  void update(ptrdiff_t place, double error, bool is_last) {
    errors_ += std::fabs(error);
    if (place + 1 - begin_ < kBlock && !is_last) return;
    learn(place + 1);
    begin_ = place + 1;
    errors_ = 0;
  }

 private:
  static constexpr int kBlock = 64;
  static constexpr std::array<double, kMemories> kKept = {0.75, 0.96,
                                                          0.998};  // shares of sums that are kept after a block
  static constexpr std::array<int, kMemories> kEvery = {1, 4, 8};  // blocks between two solutions
  static constexpr double kRidge = 1e-10;                          // in mean squares of a feature
  static constexpr double kLeastRidge = 0.01;                      // in squared steps
  static constexpr double kLeastError = 1;                         // in steps, added to the mean error of a block

  struct Memory {
    std::vector<double> products, weights;
  };

  void learn(ptrdiff_t end) {
    const auto length = static_cast<int>(end - begin_);
    for (int a = 0, row = 0; a < kWindows; row += windows_[a++].count) {
      for (int b = a, column = row; b < kWindows; column += windows_[b++].count) {
        window_products(first_of(a), windows_[a].count, first_of(b), windows_[b].count, length, scratch_.data(),
                        sums_.data() + static_cast<ptrdiff_t>(row) * count_ + column, count_);
      }
    }
    const double error = errors_ / length + kLeastError, factor = 1 / (error * error);
    learnt_ += length;
    const bool is_due = learnt_ >= kBlock;
    if (is_due) learnt_ = 0;
    solved_ += is_due;
    for (int m = 0; m < kMemories; ++m) {
      Memory& memory = memories_[m];
      add_weighted(memory.products.data(), kKept[m], sums_.data(), factor, count_ * count_);
      if (is_due && solved_ % kEvery[m] == 0) solve_for(memory, kLeastRidge * factor);
    }
  }

  void solve_for(Memory& memory, double least_ridge) {
    // The predicted number is stored behind the features: its products with them are the right side of the normal
    // equations.
    double* const products = memory.products.data();
    double trace = 0;
    for (int i = 0; i + 1 < count_; ++i) {
      const ptrdiff_t row = static_cast<ptrdiff_t>(i) * count_;
      trace += products[row + i];
      targets_[i] = std::exchange(products[row + count_ - 1], 0);
    }
    const double ridge = kRidge * trace / count_ + least_ridge;
    if (solve(products, ridge, targets_.data(), count_, factor_.data(), solution_.data())) {
      std::swap(memory.weights, solution_);
    }
    for (int i = 0; i + 1 < count_; ++i) products[static_cast<ptrdiff_t>(i) * count_ + count_ - 1] = targets_[i];
  }

  const double* first_of(int window) const { return series_[window] + begin_ + windows_[window].first; }

  SeriesKernels kernels_;
  Windows windows_;
  int count_;
  std::array<Memory, kMemories> memories_;
  std::vector<double> sums_;  // of products of the block: the upper triangle, in whole windows
  std::vector<double> factor_, scratch_, targets_, solution_;
  Series series_{};
  ptrdiff_t begin_ = 0;  // of the present block
  double errors_ = 0;    // of the present block: the sum of their sizes
  int learnt_ = 0;       // places since weights were last solved for
  int64_t solved_ = 0;   // times that they were due
};

}  // namespace laq::array
