// Expects the size of an element from decoded ones: the mean size of its column times the ratio of the row so far to
// its columns, corrected by the neighbourhood. Logarithms of these are features whose weights learn.
//   log2 of the size = sum of weight * feature
// Sizes are counted in steps.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tensor/mixed_models.h"

namespace laq::tensor {

// What the columns have shown in the rows before.
struct ColumnMagnitudes {
  ColumnMagnitudes(int columns, int kernel, float mean_size);

  void begin_row();
  // sizes: of the row; ratio: of its sizes to those of the columns.
  void end_row(const std::vector<float>& sizes, float ratio);

  int kernel;                                     // neighbouring columns of an input channel
  float mean_size;                                // of all elements
  float log_ratio = 0;                            // mean of the logarithms of the rows' ratios
  float ratio_variance;                           // of these logarithms
  int rows = 0;                                   // decoded
  std::vector<float> sums, recent;                // of sizes divided by their row's ratio
  std::vector<float> before, before2;             // sizes of the row before, and of the one before that
  std::vector<float> mean, log_mean, log_recent;  // what is expected in this row; the last relative to the mean
  std::vector<float> log_innovation;              // what prediction leaves of the deviation
};

class RowMagnitudes {
 public:
  enum Feature { column, row, near, recent, channel, innovation, constant, wide, kFeatures };
  using Features = std::array<float, kFeatures>;
  using Weights = std::array<float, kFeatures>;

  explicit RowMagnitudes(const ColumnMagnitudes& columns);

  static Weights first_weights() { return {1, 0.8f, 0.15f, 0.15f, 0.2f, 0.3f, 0, 0.15f}; }
  // The logarithm of the size that is expected at column c.
  float predict(int c, const Weights& weights);
  // The size that was found there; the next call is for the next column.
  void add(int c, float size);
  // Moves the weights towards the size that was found, from the one that was predicted.
  void learn(float predicted, float size, Weights& weights) const;

  MagnitudeView view(int c, Codebook codebook, float predicted) const;
  // The same with context 0 alone, which is all that prices look at.
  static MagnitudeView simple_view(Codebook codebook, float predicted);
  float ratio() const { return row_.found / row_.expected; }
  const std::vector<float>& sizes() const { return sizes_; }

 private:
  // What was found and what was expected, somewhere around the element.
  struct Comparison {
    float found, expected;
    float log_ratio() const;
    void move(float size, float expected_size, float rate, float least);
  };

  const ColumnMagnitudes& columns_;
  Comparison row_, near_, wide_, channel_;
  Features features_{};
  std::vector<float> sizes_;
};

}  // namespace laq::tensor
