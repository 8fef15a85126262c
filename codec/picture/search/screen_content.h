// Tells pictures that were drawn by a program (text, windows, charts, line art) from photographs.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace laq::picture {

// Whether a good part of the blocks that are not flat have few values and strong contrast. samples: luma, gray or alpha
// of this depth.
bool is_screen_content(PlaneView<const uint16_t> samples, int depth);

}  // namespace laq::picture
