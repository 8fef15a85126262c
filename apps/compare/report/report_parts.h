// The parts of the report's page that have a file of their own.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/pooled_curves.h"
#include "compare/measure/results.h"

namespace laq::compare {

// A link for each image with a small chart, which reuses the lines of the image's own chart.
std::string image_list(const Results& results, const Curves& curves, const Metric& metric);

// One article for each image, with a chart and a table of rates for each metric, the chart of its series if it is one,
// and the histogram and the spectra of errors, or the tensors, if the report looks into it.
std::string image_articles(const Results& results, const Curves& curves, const std::vector<const Metric*>& metrics);

// A table of the tensors of a model, and histograms and maps of the largest; empty if the report does not look into it.
std::string tensor_section(const Results& results, const std::string& image);

// What the scripts need to know of the results and the visual comparisons, as JSON for a script element.
std::string script_data_json(const Results& results, const std::vector<const Metric*>& metrics);

// The files of the visual comparisons: a script element of base64 for each.
std::string comparison_files(const Results& results);

// A row of a table that begins with the codec's key.
std::string codec_row(const Results& results, size_t codec, const std::vector<std::string>& cells);

// The table of Bjontegaard rates of a class ("": all classes): how many bytes more or fewer than the anchor a codec
// needs, with one dot a picture or array. The codec with the fewest bytes is first; empty if there are none.
std::string rate_table(const Results& results, const Metric& metric, const std::string& image_class);

// The rate of a class, or null.
const RateRow* find_rate(const Results& results, const std::string& codec, const Metric& metric,
                         const std::string& image_class);

// The name of a codec after a sample of its line.
std::string codec_key(const Results& results, size_t codec);

// Speed against bytes, with the Pareto front: charts of encoding and decoding for each number of threads that was
// measured; empty if nothing was.
std::string speed_charts(const Results& results, const Metric& metric);

// Speeds and memory.
std::string speed_table(const Results& results);

}  // namespace laq::compare
