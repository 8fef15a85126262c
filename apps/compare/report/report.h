// The report of a comparison: one HTML page that needs nothing else and loads nothing; summary.json for programs, and a
// table for the terminal; and charts as files of their own.
#pragma once

#include <optional>
#include <string>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

std::string report_html(const Results& results);

// The results without points and visual comparisons, and the mean speed of each codec over all of its points. Absent
// numbers are null. The text is UTF-8 and ends with a line end.
std::string summary_json(const Results& results);

// Rates of the most important metrics, by class, and speeds, as lines of text.
std::string summary_table(const Results& results);

// Converts an SVG chart for papers that do not accept SVG. Writes `file`, `width` pixels wide. Errors: `unsupported` if
// this build has no librsvg; `invalid_argument` for an SVG that cannot be drawn, a width outside of 1..16384, or a file
// that cannot be written.
std::optional<Error> svg_to_png(const std::string& svg, int width, const std::string& file);

struct ChartFormats {
  bool svg = false, png = false;
};

// Writes summary.json, report.html, and every chart in the formats that are wanted. An error names the file.
std::optional<Error> write_report(const std::string& folder, const Results& results, const ChartFormats& formats = {});

}  // namespace laq::compare
