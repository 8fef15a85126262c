// The quantization of one plane: block step, frequency weights and reconstruction points together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "quantize/dequantize.h"
#include "quantize/weight.h"

namespace laq {

struct PlaneQuantizer {
  // Whether the step follows the step field. Chroma does not: its error is not masked by what luma does (see
  // docs/decisions.md).
  bool follows_field = true;
  int base_step_index = 0;  // the step where it does not follow the field
  int step_offset = 0;
  int step_fraction = 0;
  CentroidShift centroid;
  WeightTable weights{0};

  uint32_t block_step(int step_index) const {
    const int index = follows_field ? step_index : base_step_index;
    return quantization_step(std::clamp(index + step_offset, 0, kMaxStepIndex), step_fraction);
  }
};

// levels and coefficients: coded_width x coded_height packed; only those within the extent are read and written. The
// two may be the same array.
inline void dequantize_block(const PlaneQuantizer& quantizer, int step_index, BlockShape shape, NonzeroExtent nonzero,
                             const int32_t* levels, int32_t* coefficients) {
  const uint32_t block_step = quantizer.block_step(step_index);
  const uint16_t* weights = quantizer.weights.weights(shape);
  const int stride = shape.coded_width();
  for (int v = 0; v < nonzero.height; ++v) {
    for (int u = 0; u < nonzero.width; ++u) {
      const int i = v * stride + u;
      if (levels[i] == 0) {
        coefficients[i] = 0;
        continue;
      }
      coefficients[i] = dequantize(levels[i], coefficient_step(block_step, weights[i]), quantizer.centroid);
    }
  }
}

}  // namespace laq
