// Rate-distortion optimised quantization: the levels of a block that minimise distortion + lambda * bits, chosen
// greedily from the last coefficient to DC with the prices of the adaptive models as they stand. Source of the method:
// Karczewicz, Ye, Chong, "Rate distortion optimized quantization", VCEG-AH21, 2008.
#pragma once

#include <cstdint>

#include "picture/search/coefficient_prices.h"
#include "quantize/quantization.h"

namespace laq::picture {

struct QuantizedBlock {
  float distortion = 0;  // sum over coefficients of the squared error in units of each one's own step
  float bits = 0;        // of the levels, estimated; without the flag that says that there are any
  int end = 0;           // levels behind the first `end` of the scan are zero; 0: all of them
  NonzeroExtent nonzero;
};

struct QuantizeSettings {
  float lambda = 0.1f;          // in squared steps a bit
  bool rate_distortion = true;  // false: plain rounding with the rounding offset below
  float rounding = 0.5f;        // level = floor(|x| + rounding), x in steps; also the upper candidate of the search
};

// The coefficients of one plane of a block, as of forward_transform, and what they are quantized with.
struct CoefficientBlock {
  const int32_t* coefficients;
  BlockShape shape;
  const PlaneQuantizer& quantizer;
  int step_index;
};

// levels: packed as the coefficients are; all of them are written.
QuantizedBlock quantize_block(CoefficientPrices& prices, const CoefficientBlock& block,
                              const ExpectedSpectrum& expected, const QuantizeSettings& settings, int32_t* levels);

}  // namespace laq::picture
