// The fit of scales to a matrix. Only encoders include this.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/matrix_view.h"
#include "tensor/scales.h"

namespace laq::tensor {

// Root mean squares of rows and groups of columns whose products fit those of the elements; in units of values.
struct FittedScales {
  std::vector<double> rows, columns;
};

// matrix: row-major. group: columns that share a scale; divides view.columns.
FittedScales fit_scales(const MatrixView& view, std::span<const float> matrix, uint32_t group);

// The nearest multiples of `unit` on the axis of scales.
std::vector<int16_t> quantize_scales(std::span<const double> amplitudes, int unit);

}  // namespace laq::tensor
