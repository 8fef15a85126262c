// curves.csv: the points of rate-distortion curves, one line each; and speed.csv: speeds and memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

// The columns of a kind, in their order.
std::string curves_header(SignalKind kind = SignalKind::picture);
std::string curves_line(const Point& point);

// The points of a file's text, of arrays where it has a column of that name. Columns are found by their names: codec,
// q, image, pixels and bytes (of arrays: array, elements, raw_bytes) must be there, scores and seconds may be missing,
// others are not looked at. A last line that was cut is left out. Errors name the
// line and the column.
Result<std::vector<Point>> parse_curves(std::string_view text);

std::string speed_text(const std::vector<Speed>& speeds);
Result<std::vector<Speed>> parse_speed(std::string_view text);

}  // namespace laq::compare
