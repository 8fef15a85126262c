// Comma-separated values (RFC 4180): a first line with the names of the columns, then one line a record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laq::compare {

// The line of a record, with its line end. Cells with commas, quotation marks or line ends are quoted.
std::string csv_line(const std::vector<std::string>& cells);

// The records of a text, which may differ in their number of cells. A last record without a line end was cut off and is
// left out.
std::vector<std::vector<std::string>> csv_records(std::string_view text);

}  // namespace laq::compare
