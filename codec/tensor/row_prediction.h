// Prediction within a row from the covariance between columns in the rows before, which is factored,
//   C = U' D U,  U unit upper triangular,
// so that column k is expected to be the sum of U[j][k] times the innovation of column j, over all j < k. An innovation
// is the difference of a column from its prediction; decoded innovations are used, as both sides know only these.
// The covariance of few rows is uncertain, so it shrinks towards one that has less freedom: towards none at all, and
// within the columns of an input channel towards the correlation that all channels share.
// Source: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004.
#pragma once

#include <cstddef>
#include <vector>

namespace laq::tensor {

class RowPrediction {
 public:
  // Columns that prediction may be used with, as memory and time grow with their square.
  static constexpr int kMostColumns = 1024;
  static bool suits(size_t rows, size_t columns) {
    return columns > 1 && columns <= kMostColumns && columns <= 16 * rows;
  }
  static size_t bytes(size_t columns) { return 2 * sizeof(float) * columns * columns; }

  // kernel: neighbouring columns of an input channel; divides columns.
  RowPrediction(int columns, int kernel);

  // Learns from a decoded row. Predictions change now and then only.
  void add(const float* row);

  // Whether there are predictions already.
  bool is_ready() const { return is_ready_; }
  // What an innovation of column j adds to column k, at [k], k > j.
  const float* effect(int j) const { return &factor_[static_cast<size_t>(j) * columns_]; }
  // The logarithm to base 2 of the share of column k's deviation that prediction leaves.
  float log_left(int k) const { return log_left_[k]; }

  // Adds to the predictions of the columns behind j.
  void propagate(int j, float innovation, float* predictions) const {
    const float* const row = effect(j);
    for (int k = j + 1; k < columns_; ++k) predictions[k] += row[k] * innovation;
  }

 private:
  std::vector<float> deviations() const;
  std::vector<float> kernel_correlation(const std::vector<float>& deviations) const;
  float shrinkage(const std::vector<float>& deviations) const;
  void factor();

  float& sum(int i, int k) { return sums_[static_cast<size_t>(i) * columns_ + k]; }
  float sum(int i, int k) const { return sums_[static_cast<size_t>(i) * columns_ + k]; }

  int columns_, kernel_, rows_ = 0;
  double next_rows_;                  // when predictions change
  std::vector<float> sums_, factor_;  // upper triangles
  std::vector<float> log_left_;
  bool is_ready_ = false;
};

}  // namespace laq::tensor
