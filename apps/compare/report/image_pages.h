// The part of the report about single pictures or arrays: the list, the charts of each, and what the viewer shows.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/pooled_curves.h"
#include "compare/measure/results.h"

namespace laq::compare {

// A link with a small chart for each image; the lines are those of the image's own chart.
std::string image_list(const Results& results, const Curves& curves, const Metric& metric);

// One article an image, with a chart and a table of rates for each metric, and the chart of a series.
std::string image_articles(const Results& results, const Curves& curves, const std::vector<const Metric*>& metrics);

// What the scripts need to know of the results and the visual comparisons, as JSON for a script element.
std::string script_data_json(const Results& results, const std::vector<const Metric*>& metrics);

// The files of the visual comparisons: a script element of base64 for each. Appends, as they are large.
void append_comparison_files(const Results& results, std::string& page);

}  // namespace laq::compare
