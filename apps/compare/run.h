// Runs a comparison: every codec at every quality on every picture, as far as the journal does not have it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compare/codec.h"
#include "compare/journal.h"
#include "compare/pictures.h"
#include "compare/results.h"

namespace laq::compare {

struct Ladder {
  const Codec* codec;
  std::vector<double> qualities;
};

struct RunStatus {
  size_t done, total;   // points
  double seconds_left;  // by what each codec took for a pixel so far; NaN while nothing is known
  std::string now;      // codec and picture that were measured last
};

struct RunOptions {
  int jobs = 1;  // pictures at a time
  bool butteraugli = true;
  std::function<void(const RunStatus&)> progress = {};  // one call at a time
  std::function<bool()> is_stopped = [] { return false; };
};

// Measures what is missing, and adds a line to `failures` for each codec and picture that fails: a codec that fails on
// a picture is not asked for its other points. Returns the pictures that could be read, in order. An Error is one of
// the journal, which ends the run.
Result<std::vector<Image>> run(const std::vector<PictureSource>& sources, const std::vector<Ladder>& ladders,
                               Journal& journal, const RunOptions& options, std::vector<std::string>& failures);

}  // namespace laq::compare
