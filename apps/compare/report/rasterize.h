// Converts SVG charts to PNG files, for papers that do not accept SVG.
#pragma once

#include <optional>
#include <string>

#include "laq/laq.hpp"

namespace laq::compare {

// Writes `file`, `width` pixels wide. Errors: `unsupported` if this build has no librsvg; `invalid_argument` for an SVG
// that cannot be drawn, a width outside of 1..16384, or a file that cannot be written.
std::optional<Error> svg_to_png(const std::string& svg, int width, const std::string& file);

}  // namespace laq::compare
