// Charts of rate and distortion: score against bits per pixel or element, and bytes against the anchor's at equal
// score.
#pragma once

#include <string>

#include "compare/measure/pooled_curves.h"
#include "compare/measure/results.h"
#include "compare/report/chart.h"

namespace laq::compare {

// Decimals with which a score is shown; -1: digits that tell its magnitude, not decimals.
int score_decimals(const Metric& metric);

// A score with so many digits fewer than where single ones are shown.
std::string score_text(const Metric& metric, double score, int fewer = 0);

// One point for each point of the curves, with data-codec, data-image (empty where several were pooled),
// data-q, data-x (bits per element) and data-y (score).
Chart rate_chart(const Results& results, const Metric& metric, const Pool& pool);

// Difference of bytes to the anchor's in percent over the score: Bjontegaard's difference of the pooled curves within
// short ranges of score, the ends of which lie in the range of the rates where the metric is the one that it is for.
// Without series where the anchor has no curve.
Chart relative_chart(const Results& results, const Metric& metric, const Pool& pool);

// The rate chart of an image, or of all pooled where `image` is empty, as an SVG document for papers. Empty where none
// has scores of the metric.
std::string rate_chart_svg(const Results& results, const Metric& metric, const std::string& image = "");

}  // namespace laq::compare
