// MatrixView: a tensor as a matrix, whose rows and columns have variances of their own. Sides of 1 do not count.
//   [N]                      one row
//   [O, I]                   rows O, columns I
//   [O, I, k, ..]            convolutions of PyTorch and ONNX: rows O, columns I k .., neighbours within a channel
//   [k, .., I, O]            convolutions of TensorFlow: rows k .. I, columns O; no side of a kernel is above 11
// The view transposed has the columns as rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor_codec.h"

namespace laq::tensor {

struct MatrixView {
  uint32_t rows = 1, columns = 0;
  uint32_t kernel = 1;         // neighbouring columns of an input channel; divides columns
  uint32_t kernel_rows = 1;    // rows of an input channel, at distances of rows / kernel_rows; divides rows
  bool is_transposed = false;  // element (row, column) is at column * rows + row, not at row * columns + column

  // Format: fewer than 2^32 elements.
  static MatrixView of(const TensorFormat& format);
  MatrixView transposed() const { return {columns, rows, 1, 1, !is_transposed}; }

  size_t size() const { return size_t{rows} * columns; }
  // Input channels, and that of an element.
  uint32_t channels() const { return kernel_rows > 1 ? rows / kernel_rows : columns / kernel; }
  uint32_t channel(uint32_t row, uint32_t column) const {
    return kernel_rows > 1 ? row % (rows / kernel_rows) : column / kernel;
  }
};

// The matrix of packed values in row-major order, and back.
std::vector<float> gather(const MatrixView& view, std::span<const float> values);
void scatter(const MatrixView& view, std::span<const float> matrix, std::span<float> values);

}  // namespace laq::tensor
