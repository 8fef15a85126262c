// ICC profiles as transforms of encoded samples to linear light of the sRGB primaries, by Little CMS.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "base/plane.h"
#include "laq/laq.hpp"

namespace laq {

// Turns `width` pixels into light in place: rows 0, 1, 2 are red, green and blue; row 0 is gray.
using LightTransform = std::function<void(Plane<float>& row, int width)>;

// Empty if the profile says no more than sRGB (its curve alone, if the picture is gray). Errors: invalid_argument for a
// profile that is damaged or for another number of colours; unsupported for any profile other than sRGB if the library
// was built without Little CMS.
Result<LightTransform> icc_transform(std::span<const std::byte> icc, bool is_gray);

}  // namespace laq
