// MatrixView: a tensor as a matrix, whose rows and columns have variances of their own. A row is what one output
// channel takes from the inputs:
//   2-D [O, I]            rows O, columns I
//   convolution [O, I, k, k] or [O, I, k]   rows O, columns I k k: an input channel has k k neighbouring columns
//   1-D [N], [1, .., N]   one row
//   otherwise             rows are the first side that is above 1, columns all that follow
// The view transposed has the columns as rows; its rows of one input channel are then neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor_codec.h"

namespace laq::tensor {

struct MatrixView {
  uint32_t rows = 1, columns = 0;
  uint32_t kernel = 1;         // columns of an input channel; divides columns
  bool is_transposed = false;  // element (row, column) is at column * rows + row, not at row * columns + column

  // Format: fewer than 2^32 elements.
  static MatrixView of(const TensorFormat& format);
  // The transposed view has a kernel of 1, as its columns are output channels.
  MatrixView transposed() const { return {columns, rows, 1, !is_transposed}; }

  size_t size() const { return size_t{rows} * columns; }
  uint32_t channels() const { return kernel > 0 ? columns / kernel : 0; }
  size_t place(uint32_t row, uint32_t column) const {
    return is_transposed ? size_t{column} * rows + row : size_t{row} * columns + column;
  }
};

// The matrix of packed values in row-major order, and back.
std::vector<float> gather(const MatrixView& view, std::span<const float> values);
void scatter(const MatrixView& view, std::span<const float> matrix, std::span<float> values);

}  // namespace laq::tensor
