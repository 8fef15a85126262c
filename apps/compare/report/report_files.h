// The files of a report's folder that show the results: summary.json, report.html, and charts as files of their own.
#pragma once

#include <optional>
#include <string>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

struct ChartFormats {
  bool svg = false, png = false;
};

// Writes summary.json, report.html, and every chart in the formats that are wanted. An error names the file.
std::optional<Error> write_report(const std::string& folder, const Results& results, const ChartFormats& formats = {});

}  // namespace laq::compare
