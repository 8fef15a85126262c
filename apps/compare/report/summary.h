// A comparison in short: summary.json for programs, and a table for the terminal.
#pragma once

#include <string>

#include "compare/measure/results.h"

namespace laq::compare {

// All of the results but points and visual comparisons; means over pictures of a codec's speeds are among them. Numbers
// that are absent are null. UTF-8, ended by a line end.
std::string summary_json(const Results& results);

// Rates of the metrics that matter most against the anchor, by class, and speeds. Lines ended by line ends.
std::string summary_table(const Results& results);

}  // namespace laq::compare
