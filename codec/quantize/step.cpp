#include "quantize/step.h"

namespace laq {

uint32_t quantization_step(int index, int fraction) {
  // round(2^(16 + i / 16)), i = 0..16
  static constexpr uint32_t kOctave[kStepsPerOctave + 1] = {65536,  68438,  71468,  74632,  77936,  81386,
                                                            84990,  88752,  92682,  96785,  101070, 105545,
                                                            110218, 115098, 120194, 125515, 131072};
  // A quarter of a sample with 8 fractional bits is 2^6.
  const int shift = 10 - index / kStepsPerOctave;
  const uint32_t* two = kOctave + index % kStepsPerOctave;
  const uint32_t mantissa =
      (two[0] * (kStepFractions - fraction) + two[1] * fraction + kStepFractions / 2) / kStepFractions;
  return shift > 0 ? (mantissa + (1u << (shift - 1))) >> shift : mantissa << -shift;
}

}  // namespace laq
