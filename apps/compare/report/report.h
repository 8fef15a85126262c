// The report of a comparison: one HTML page that needs nothing else and loads nothing.
#pragma once

#include <string>

#include "compare/measure/results.h"

namespace laq::compare {

std::string report_html(const Results& results);

}  // namespace laq::compare
