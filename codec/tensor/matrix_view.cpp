#include "tensor/matrix_view.h"

#include <algorithm>

namespace laq::tensor {

MatrixView MatrixView::of(const TensorFormat& format) {
  const std::vector<uint64_t>& shape = format.shape;
  // The side that rows count: the first above 1, unless nothing follows it.
  size_t first = 0;
  while (first < shape.size() && shape[first] == 1) ++first;
  MatrixView view;
  uint64_t columns = 1;
  if (first + 1 >= shape.size()) {
    view.columns = static_cast<uint32_t>(format.elements());
    return view;
  }
  for (size_t axis = first + 1; axis < shape.size(); ++axis) columns *= shape[axis];
  view.rows = static_cast<uint32_t>(shape[first]);
  view.columns = static_cast<uint32_t>(columns);
  uint64_t kernel = 1;
  for (size_t axis = first + 2; axis < shape.size(); ++axis) kernel *= shape[axis];
  view.kernel = static_cast<uint32_t>(std::max<uint64_t>(kernel, 1));
  return view;
}

std::vector<float> gather(const MatrixView& view, std::span<const float> values) {
  std::vector<float> matrix(values.begin(), values.end());
  if (!view.is_transposed) return matrix;
  for (uint32_t row = 0; row < view.rows; ++row) {
    float* const to = matrix.data() + size_t{row} * view.columns;
    for (uint32_t column = 0; column < view.columns; ++column) to[column] = values[size_t{column} * view.rows + row];
  }
  return matrix;
}

void scatter(const MatrixView& view, std::span<const float> matrix, std::span<float> values) {
  if (!view.is_transposed) {
    std::copy(matrix.begin(), matrix.end(), values.begin());
    return;
  }
  for (uint32_t row = 0; row < view.rows; ++row) {
    const float* const from = matrix.data() + size_t{row} * view.columns;
    for (uint32_t column = 0; column < view.columns; ++column) values[size_t{column} * view.rows + row] = from[column];
  }
}

}  // namespace laq::tensor
