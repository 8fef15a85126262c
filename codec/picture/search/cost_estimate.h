// An estimate of what a block will cost, from its spectrum alone: for choosing among predictions and transforms without
// quantizing each.
#pragma once

#include <cstdint>

#include "picture/syntax/block.h"
#include "quantize/quantization.h"

namespace laq::picture {

// Distortion + lambda * bits of the coefficients (as of forward_transform), in squared steps: plain rounding with a
// dead zone,
//   level = floor(|x| + 0.4),   bits = sum over levels that are not zero of 3 + 1.25 log2(level),
// fitted to what quantize_block() returned for 35 000 blocks, whose bits it tells within 11 to 15 % (median). The same
// on every machine.
float estimate_cost(const PlaneQuantizer& quantizer, int step_index, BlockShape shape, const int32_t* coefficients,
                    float lambda);

// Distortion of the frequencies that a 64-point axis does not keep: the energy of the residual that its coefficients
// lack, in squared steps of the highest frequency that is kept.
float lost_distortion(const Block& block, const PlaneQuantizer& quantizer, const int16_t* residual,
                      const int32_t* coefficients);

}  // namespace laq::picture
