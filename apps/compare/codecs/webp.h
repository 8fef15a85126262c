// Lossless WebP by libwebp, for the pictures in the report.
#pragma once

#include <cstddef>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

// A lossless file of at most 16383 x 16383 pixels, with 8 bits a sample and the ICC profile.
Result<std::vector<std::byte>> encode_webp_lossless(const Picture& picture);

}  // namespace laq::compare
