// The encoder's choice of points for fast rows: for each lane the path through the trellis with the least squared error
// and price in bits. Only encoders include this.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/fast_rows.h"

namespace laq::tensor {

// What is quantized: a matrix in units of the step's factors, and the root mean squares of its rows and columns.
struct RowsSource {
  MatrixView view;
  std::vector<float> matrix;
  std::vector<float> row_sizes, column_sizes;  // the product is expected of an element
};

// lambda: squared points that a bit is worth. Writes a point for every element.
void choose_points(const RowsSource& source, const RowsHeader& header, float step, float lambda,
                   std::span<int32_t> points);

}  // namespace laq::tensor
