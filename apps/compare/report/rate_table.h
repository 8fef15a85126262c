// The table of Bjontegaard rates: how many bytes more or fewer than the anchor a codec needs, with one dot a picture or
// array.
#pragma once

#include <string>

#include "compare/measure/results.h"

namespace laq::compare {

// The rates of a class ("": all classes), the codec with the fewest bytes first; empty if there are none.
std::string rate_table(const Results& results, const Metric& metric, const std::string& image_class);

// The rate of a class, or null.
const RateRow* find_rate(const Results& results, const std::string& codec, const Metric& metric,
                         const std::string& image_class);

// The name of a codec after a sample of its line.
std::string codec_key(const Results& results, size_t codec);

}  // namespace laq::compare
