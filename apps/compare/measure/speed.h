// Speed and memory of codecs against each other: all take turns on the same signal, round after round, so that what
// the machine does besides touches them alike; the median of the rounds counts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compare/codecs/codec.h"
#include "compare/measure/results.h"

namespace laq::compare {

struct SpeedRun {
  const Codec* codec;
  double quality;
};

struct SpeedOptions {
  int rounds = 5;
  std::vector<int> threads = {1, 0};  // 0: one per processor; the results have its number
  bool memory = true;
};

// For each number of threads one Speed a codec, in their order. Codecs that fail are left out, with a line in
// `failures`. `progress` is told the share that is done, and gives false to stop: then the result is empty. Memory is
// measured in children of this process (process.h), so no other threads may be running.
std::vector<Speed> compare_speed(const std::vector<SpeedRun>& runs, const Signal& signal, const std::string& image,
                                 const SpeedOptions& options, const std::function<bool(double)>& progress,
                                 std::vector<std::string>& failures);

// The quality of a codec's measured points of one picture or array that comes nearest to a score of the leading metric,
// so that codecs are timed at the same score; `fallback` where there are none.
double quality_near(const std::vector<Point>& points, const std::string& codec, double score, double fallback);

}  // namespace laq::compare
