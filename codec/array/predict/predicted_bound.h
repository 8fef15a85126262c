// The bound within which predicted samples are quantized.
#pragma once

#include "array/chunk.h"

namespace laq::array {

// The largest error that predicted samples may have. If the mean squared error counts, its step is scaled so that a bit
// is worth the same as with a trellis-coded quantizer: a uniform quantizer with the largest error b has the mean
// squared error b^2 / 3, of which a bit more or less is worth 2 ln 2 / 3 b^2. If a share of the element counts, there
// is no bound that all elements share but 0.
inline double bound_of_predicted(const ChunkFormat& format) {
  constexpr double kBoundOfStep = 0.8;
  return format.fidelity == Fidelity::mean_squared_error ? kBoundOfStep * format.tolerance : format.bound();
}

}  // namespace laq::array
