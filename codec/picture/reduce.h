// Reduction: pictures of a half, a quarter or an eighth of the width and height.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/plane.h"
#include "picture/geometry.h"

namespace laq::picture {

// The means of the squares of `factor` samples a side that `part` covers, rounded to nearest. part: within the planes,
// begins at multiples of the factor; a square is cut where it ends.
std::vector<Plane<uint16_t>> reduce(std::span<const Plane<uint16_t>> planes, const Rectangle& part, int factor);

// The samples of a reduced picture where so many samples are one.
constexpr int reduced(int samples, int factor) {
  return (samples + factor - 1) / factor;
}

}  // namespace laq::picture
