// The part of the report about single pictures or arrays: the list, the charts of each, and what the viewer shows.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/pooled_curves.h"
#include "compare/measure/results.h"

namespace laq::compare {

// A link for each image with a small chart, which reuses the lines of the image's own chart.
std::string image_list(const Results& results, const Curves& curves, const Metric& metric);

// One article for each image, with a chart and a table of rates for each metric, and the chart of its series if it is
// one.
std::string image_articles(const Results& results, const Curves& curves, const std::vector<const Metric*>& metrics);

// What the scripts need to know of the results and the visual comparisons, as JSON for a script element.
std::string script_data_json(const Results& results, const std::vector<const Metric*>& metrics);

// Appends the files of the visual comparisons, which are large: a script element of base64 for each.
void append_comparison_files(const Results& results, std::string& page);

}  // namespace laq::compare
