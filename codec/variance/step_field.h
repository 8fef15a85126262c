// Step field: the quantization step of every 16x16 cell, from the local variance of the source.
//
//   step(cell) = base step * 2^(strength * (activity(cell) - reference)), clamped,
// in whole multiples of the step unit; activity is a mean of the log-variances of the cell's 8x8 quarters and of its
// surroundings that leans towards the calmest of them: texture masks an error only where all of the neighbourhood is
// busy. Sources: the variance-driven step of tune=iq in libaom and of SVT-AV1's Variance Boost (step falls as variance
// falls); erosion as in JPEG XL's field: masking counts only where the surroundings are busy too. Used by: the encoder
// of pictures, which sends the field.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace laq {

struct StepFieldSettings {
  int base_step_index = 0;
  int step_unit = 4;
  // In 1/64: octaves of the step for an octave of variance. 0: one step for the whole picture.
  int strength = 0;
  int reference = 0;  // activity at which the step is the base step, in sixteenths of an octave
  int lowest = -48;   // limits of the offset from the base step index
  int highest = 48;
};

// activity: of local_activity(), on 8x8 cells. texture: of texture_offset(), on 16x16 cells. Result: step indices on
// these.
Plane<uint8_t> step_field(const Plane<int16_t>& activity, const Plane<int16_t>& texture,
                          const StepFieldSettings& settings);

}  // namespace laq
