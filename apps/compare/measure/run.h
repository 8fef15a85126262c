// Measures every codec at every quality on every picture or array, unless the journal has the point already.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/journal.h"
#include "compare/measure/measure.h"
#include "compare/measure/results.h"
#include "compare/measure/sources.h"

namespace laq::compare {

struct Ladder {
  const Codec* codec;
  std::vector<double> qualities;
};

struct RunStatus {
  size_t done, total;   // points
  double seconds_left;  // estimated from the time that each codec took for an element so far; NaN at the beginning
  std::string now;      // codec and source that were measured last
};

// A bar, the number of points that are done, the time that is left, and what was measured last, in a line.
std::string progress_text(const RunStatus& status);

struct RunOptions {
  int jobs = 1;  // sources at a time
  Measures measures = {};
  std::function<void(const RunStatus&)> progress = {};  // one call at a time
  std::function<bool()> is_stopped = [] { return false; };
};

// Measures what is missing. `failures` gets a line for each source that cannot be read and for each codec that fails on
// a source; this codec then skips the rest of the source. Returns the images that could be read, in order. The only
// error, which ends the run, is a failure of the journal.
Result<std::vector<Image>> run(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, Journal& journal,
                               const RunOptions& options, std::vector<std::string>& failures);

}  // namespace laq::compare
