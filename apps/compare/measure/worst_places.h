// The places at which a decoded picture looks least like the original.
#pragma once

#include <cstddef>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

// The places of lowest SSIM of luma, at most `count`, which do not overlap; the worst first. Places without any
// difference are left out. Both pictures have at least three channels of 8 bits and the same size.
std::vector<Place> worst_places(const Picture& original, const Picture& decoded, size_t count);

}  // namespace laq::compare
