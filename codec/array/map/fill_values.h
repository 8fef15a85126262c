// Fill values: numbers that mark what is missing, and all that is not finite, are masked; the simpler chunk is NaN
// there. The map's bytes: the raw elements that are masked.
#pragma once

#include <cmath>

#include "array/map/masked_elements.h"

namespace laq::array {

// The format of the simpler chunk. Integers have no NaN, so doubles stand for them.
inline ChunkFormat format_without_fill_values(const ChunkFormat& format) {
  ChunkFormat simpler = format;
  if (!is_integer(format.type)) return simpler;
  simpler.type = ElementType::float64;
  if (format.fidelity == Fidelity::mean_squared_error) return simpler;
  simpler.tolerance = std::floor(format.bound()) + kAlmostHalf;
  simpler.fidelity = Fidelity::max_error;
  return simpler;
}

}  // namespace laq::array
