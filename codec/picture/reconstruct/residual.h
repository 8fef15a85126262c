// Residuals: source minus prediction, and prediction plus residual.
#pragma once

#include <cstddef>
#include <cstdint>

namespace laq::picture {

// out = a - b, for blocks of width 4 or a multiple of 8, samples of at most 15 bits. Rows are `stride` elements apart.
void subtract(const uint16_t* a, ptrdiff_t a_stride, const uint16_t* b, ptrdiff_t b_stride, int16_t* out,
              ptrdiff_t out_stride, int width, int height);

// samples = clamp(samples + residual, 0, max_sample); the sum saturates at the limits of int16_t.
void add_clamped(uint16_t* samples, ptrdiff_t stride, const int16_t* residual, ptrdiff_t residual_stride, int width,
                 int height, int max_sample);

}  // namespace laq::picture
