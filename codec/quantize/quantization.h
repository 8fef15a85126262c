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

// levels and coefficients: coded_size(w) x coded_size(h) packed; only the first nonzero_width columns and
// nonzero_height rows are looked at and written. The two may be the same array.
inline void dequantize_block(const PlaneQuantizer& quantizer, int step_index, int log2_width, int log2_height,
                             int nonzero_width, int nonzero_height, const int32_t* levels, int32_t* coefficients) {
  const uint32_t block_step = quantizer.block_step(step_index);
  const uint16_t* weights = quantizer.weights.weights(log2_width, log2_height);
  const int stride = coded_size(1 << log2_width);
  for (int v = 0; v < nonzero_height; ++v) {
    for (int u = 0; u < nonzero_width; ++u) {
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
