// Comma-separated values (RFC 4180): a first line with the names of the columns, then one line a record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laq::compare {

// One record's cells as a line with its end; cells with commas, quotation marks or line ends are quoted.
std::string csv_line(const std::vector<std::string>& cells);

// Records of a text, of any number of cells. A last record without a line end is left out: it was cut.
std::vector<std::vector<std::string>> csv_records(std::string_view text);

}  // namespace laq::compare
