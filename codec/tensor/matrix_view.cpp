#include "tensor/matrix_view.h"

#include <algorithm>
#include <iterator>

namespace laq::tensor {

namespace {

uint32_t product(std::span<const uint64_t> sides) {
  uint64_t count = 1;
  for (const uint64_t side : sides) count *= side;
  return static_cast<uint32_t>(count);
}

// Whether the sides of a kernel come first, as in TensorFlow.
bool is_kernel_first(std::span<const uint64_t> sides) {
  constexpr uint64_t kMostOfKernel = 11;
  const auto leading = sides.first(sides.size() - 2);
  const bool is_small =
      std::all_of(leading.begin(), leading.end(), [](uint64_t side) { return side <= kMostOfKernel; });
  return is_small && product(leading) < product(sides.last(2));
}

}  // namespace

MatrixView MatrixView::of(const TensorFormat& format) {
  MatrixView view;
  view.columns = static_cast<uint32_t>(format.elements());
  if (view.columns == 0) return view;
  std::vector<uint64_t> sides;
  std::copy_if(format.shape.begin(), format.shape.end(), std::back_inserter(sides),
               [](uint64_t side) { return side > 1; });
  if (sides.size() < 2) return view;
  const std::span<const uint64_t> all = sides;
  if (all.size() > 2 && is_kernel_first(all)) {
    view.kernel_rows = product(all.first(all.size() - 2));
    view.rows = product(all.first(all.size() - 1));
    view.columns = product(all.last(1));
    return view;
  }
  view.rows = product(all.first(1));
  view.columns = product(all.subspan(1));
  view.kernel = product(all.subspan(2));
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
