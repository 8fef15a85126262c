// The trade of bits against squared error: the slope of the rate-distortion curve on which every chunk of a file is to
// lie.
#pragma once

namespace laq::array {

// Squared error that is worth a bit, in squares of the tolerance of Fidelity::mean_squared_error.
inline constexpr double kSquaresPerBit = 0.3;

// The same in squared steps of a quantizer whose step is `step_scale` times the tolerance.
constexpr double lambda_of(double step_scale) {
  return kSquaresPerBit / (step_scale * step_scale);
}

}  // namespace laq::array
