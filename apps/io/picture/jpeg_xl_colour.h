// Colours of JPEG XL that have code points.
#pragma once

#include <jxl/color_encoding.h>

#include <optional>

#include "laq/laq.hpp"

namespace laq::io {

// Nothing if the colours are no named ones. Gray has the primaries of sRGB.
std::optional<CodePoints> code_points_of(const JxlColorEncoding& colour);

// Nothing if JPEG XL has no name for such colours.
std::optional<JxlColorEncoding> colour_of(const CodePoints& points, bool is_gray);

}  // namespace laq::io
