// Code points of colour (ITU-T H.273) as transforms of encoded samples to linear light of the sRGB primaries.
//
// Light is relative to the white of a standard display: 1 is 203 cd/m2 for PQ and HLG (ITU-R BT.2408), and the largest
// sample for all other transfer curves. PQ reaches 49.3 and HLG, on the display of 1000 cd/m2 that BT.2100 takes as its
// reference, 4.9. Colours outside of the gamut of sRGB have negative components.
#pragma once

#include "laq/laq.hpp"
#include "metrics/icc_transform.h"

namespace laq {

// Do both code points say "unspecified" (2), so that an ICC profile, or sRGB, tells the colours?
inline bool is_unspecified(const CodePoints& points) {
  return points.primaries == 2 && points.transfer == 2;
}

// Empty if the code points say no more than sRGB. A single code point that is unspecified counts as that of sRGB; the
// matrix is not looked at, as samples are RGB. depth: bits of a sample, for samples of a narrow range. Error:
// unsupported for code points that H.273 reserves.
Result<LightTransform> code_point_transform(const CodePoints& points, int depth, bool is_gray);

}  // namespace laq
