// A comparison in short: summary.json for programs, and a table for the terminal.
#pragma once

#include <string>

#include "compare/measure/results.h"

namespace laq::compare {

// The results without points and visual comparisons, and the mean speed of each codec over all of its points. Absent
// numbers are null. The text is UTF-8 and ends with a line end.
std::string summary_json(const Results& results);

// Rates of the most important metrics, by class, and speeds, as lines of text.
std::string summary_table(const Results& results);

}  // namespace laq::compare
