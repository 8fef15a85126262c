// Recognizes ICC profiles that say no more than "sRGB", so that they need not be stored.
#pragma once

#include <cstddef>
#include <span>

namespace laq {

// True for an RGB display profile by matrix and curves alone (ICC.1:2022, 8.3.3) whose primaries and curves are those
// of IEC 61966-2-1 within the rounding of common profiles. False for anything else, and for bytes that are no profile.
bool is_srgb_profile(std::span<const std::byte> icc);

}  // namespace laq
