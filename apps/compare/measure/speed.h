// Speed and memory of codecs. They take turns on the same signal, round after round, so that other load on the machine
// affects all of them alike; the median of the rounds counts.
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
  std::vector<int> threads = {1, 0};  // 0: one per processor, whose number is in the results
  bool memory = true;
};

// One Speed for each number of threads and each codec, in their order. Codecs that fail are left out, with a line in
// `failures`. `progress` gets the share that is done; if it returns false, measuring stops and the result is empty.
// Memory is measured in child processes (process.h), so no other threads may be running.
std::vector<Speed> compare_speed(const std::vector<SpeedRun>& runs, const Signal& signal, const std::string& image,
                                 const SpeedOptions& options, const std::function<bool(double)>& progress,
                                 std::vector<std::string>& failures);

}  // namespace laq::compare
