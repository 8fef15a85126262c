// Sum of absolute transformed differences: how dear a prediction error will be to code, for ranking predictions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace laq::picture {

// The sum of the absolute coefficients of the orthonormal 8x8 Hadamard transforms (4x4 where a side is 4) of a - b,
// blocks of (1 << log2_width) x (1 << log2_height), 4..64 each. Samples are 0..max_sample, which is 1023 or 4095; the
// two lowest bits of differences count only where it is 1023. Rows are `stride` elements apart.
uint32_t satd(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride, int log2_width,
              int log2_height, int max_sample);

}  // namespace laq::picture
