// The chart of a series: levels of the signal, of errors, and bounds, over time.
#pragma once

#include <vector>

#include "compare/measure/results.h"
#include "compare/report/chart.h"

namespace laq::compare {

// The codecs' looks, and behind them that of the signal, which is no codec.
std::vector<Look> looks_with_signal(const std::vector<CodecEntry>& codecs);

// Drawn with looks_with_signal().
Chart series_chart(const Results& results, const Series& series);

// As an SVG document for papers.
std::string series_chart_svg(const Results& results, const Series& series);

}  // namespace laq::compare
