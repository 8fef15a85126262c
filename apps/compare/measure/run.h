// Runs a comparison: every codec at every quality on every picture or array, as far as the journal does not have it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/journal.h"
#include "compare/measure/results.h"
#include "compare/measure/sources.h"

namespace laq::compare {

struct Ladder {
  const Codec* codec;
  std::vector<double> qualities;
};

struct RunStatus {
  size_t done, total;   // points
  double seconds_left;  // by what each codec took for an element so far; NaN while nothing is known
  std::string now;      // codec and source that were measured last
};

struct RunOptions {
  int jobs = 1;  // sources at a time
  bool butteraugli = true;
  std::function<void(const RunStatus&)> progress = {};  // one call at a time
  std::function<bool()> is_stopped = [] { return false; };
};

// Measures what is missing, and adds a line to `failures` for each codec and source that fails: a codec that fails on
// a source is not asked for its other points. Returns those that could be read, in order. An Error is one of
// the journal, which ends the run.
Result<std::vector<Image>> run(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, Journal& journal,
                               const RunOptions& options, std::vector<std::string>& failures);

}  // namespace laq::compare
