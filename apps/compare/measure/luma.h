// The luma of pictures, as spectra and SSIM of parts of pictures take it.
#pragma once

#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

// Luma (BT.709 weights on the samples as they are), or gray, from 0 to 255, packed row by row.
std::vector<double> luma_of(const Picture& picture);

}  // namespace laq::compare
