// The chart of a series: levels of the signal and of errors, and bounds on the error, over time.
#pragma once

#include <vector>

#include "compare/measure/results.h"
#include "compare/report/chart.h"

namespace laq::compare {

// The looks of the codecs, and after them the look of the signal.
std::vector<Look> looks_with_signal(const std::vector<CodecEntry>& codecs);

// The chart is to be drawn with looks_with_signal().
Chart series_chart(const Results& results, const Series& series);

// The chart as an SVG document for papers.
std::string series_chart_svg(const Results& results, const Series& series);

}  // namespace laq::compare
