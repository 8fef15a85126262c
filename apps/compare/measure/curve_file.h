// curves.csv: the points of rate-distortion curves, one line each; and speed.csv: speeds and memory. Both are
// comma-separated values (RFC 4180): a first line with the names of the columns, then one line a record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

// The line of a record, with its line end. Cells with commas, quotation marks or line ends are quoted.
std::string csv_line(const std::vector<std::string>& cells);

// The records of a text, which may differ in their number of cells. A last record without a line end was cut off and is
// left out.
std::vector<std::vector<std::string>> csv_records(std::string_view text);

// The first line, which names the columns.
std::string curves_header(SignalKind kind = SignalKind::picture);
std::string curves_line(const Point& point);

// Parses the points of a file, which are points of arrays or models if it has a column `array` or `model`. Columns are
// found by their names. The columns codec, q, bytes, and image and pixels (or array or model, elements and raw_bytes)
// must exist; scores and seconds may be missing; unknown columns are ignored. A last line that was cut off is left out.
// Errors name the line and the column.
Result<std::vector<Point>> parse_curves(std::string_view text);

std::string speed_text(const std::vector<Speed>& speeds);
Result<std::vector<Speed>> parse_speed(std::string_view text);

}  // namespace laq::compare
