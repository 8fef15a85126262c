#include "quantize/step.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace laq;

TEST_CASE("the step of an index is 2^(index / 16) / 4 coding samples in 1/256, rounded") {
  for (int index = 0; index <= kMaxStepIndex; ++index) {
    CAPTURE(index);
    const double exact = 64 * std::exp2(index / 16.0);
    // The table has half a unit of error in its own octave, and the shift rounds again.
    CHECK(std::abs(quantization_step(index) - exact) <= 0.5 + 0.5 * exact / 65536);
  }
}

TEST_CASE("sixteen indices double the step, and every index is a larger one") {
  for (int index = 0; index + kStepsPerOctave <= kMaxStepIndex; ++index) {
    CAPTURE(index);
    CHECK(std::abs(static_cast<int>(quantization_step(index + kStepsPerOctave)) -
                   2 * static_cast<int>(quantization_step(index))) <= 1);
    CHECK(quantization_step(index + 1) > quantization_step(index));
  }
  CHECK(quantization_step(0) == 64);
  CHECK(quantization_step(32) == 256);  // a coding sample
}

TEST_CASE("fractions of an index lie evenly between two steps") {
  for (int index = 64; index < kMaxStepIndex; ++index) {
    CAPTURE(index);
    const double low = quantization_step(index), high = quantization_step(index + 1);
    CHECK(quantization_step(index, 0) == quantization_step(index));
    for (int fraction = 1; fraction < kStepFractions; ++fraction) {
      CAPTURE(fraction);
      CHECK(std::abs(quantization_step(index, fraction) - (low + (high - low) * fraction / kStepFractions)) <=
            1 + high / (1 << 17));  // the mantissa of 17 bits is rounded
    }
  }
}
