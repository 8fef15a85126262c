// Speed against bytes: the Pareto front of encoders and of decoders, and the table of speeds and of memory.
#pragma once

#include <string>

#include "compare/measure/results.h"

namespace laq::compare {

// Charts of encoding and decoding for each number of threads that was measured; empty if nothing was.
std::string speed_charts(const Results& results, const Metric& metric);

std::string speed_table(const Results& results);

}  // namespace laq::compare
