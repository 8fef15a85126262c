// The boxes that make a JP2 file of a JPEG 2000 codestream. OpenJPEG 2.5 writes such files too, but no ICC profiles.
// Source: ITU-T T.800 | ISO/IEC 15444-1, annex I.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

// The codestream was made from `picture`, whose alpha channel and ICC profile go into the boxes.
std::vector<std::byte> jp2_file(const Picture& picture, std::span<const std::byte> codestream);

}  // namespace laq::compare
