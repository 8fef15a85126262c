// The boxes that make a JP2 file of a JPEG 2000 codestream. OpenJPEG 2.5 writes such files too, but no ICC profiles.
// Source: ITU-T T.800 | ISO/IEC 15444-1, annex I.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "laq/laq.hpp"

namespace laq::compare {

// picture: what the codestream was made of; its alpha channel and its profile are named in the boxes.
std::vector<std::byte> jp2_file(const Picture& picture, std::span<const std::byte> codestream);

}  // namespace laq::compare
