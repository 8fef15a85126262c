// Residuals: source minus prediction, and prediction plus residual.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "transform/block_shape.h"

namespace laq::picture {

// out = a - b, for samples of at most 15 bits.
void subtract(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, SampleRows<int16_t> out);

// samples = clamp(samples + residual, 0, max_sample); the sum saturates at the limits of int16_t.
void add_clamped(SampleRows<uint16_t> samples, SampleRows<const int16_t> residual, BlockShape shape, int max_sample);

}  // namespace laq::picture
