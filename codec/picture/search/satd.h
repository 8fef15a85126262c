// Sum of absolute transformed differences: how dear a prediction error will be to code, for ranking predictions.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "transform/block_shape.h"

namespace laq::picture {

// The sum of the absolute coefficients of the orthonormal 8x8 Hadamard transforms (4x4 if a side is 4) of a - b.
// Samples are 0..max_sample, which is 1023 or 4095; the two lowest bits of differences count only if it is 1023.
uint32_t satd(SampleRows<const uint16_t> a, SampleRows<const uint16_t> b, BlockShape shape, int max_sample);

}  // namespace laq::picture
