// A comparison from files to results: measures what the folder does not hold yet, and computes rates.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "compare/measure/run.h"
#include "compare/measure/sources.h"
#include "laq/laq.hpp"

namespace laq::compare {

struct ComparisonOptions {
  std::string folder;
  std::string title;                                               // empty: one that names the kind
  std::string command;                                             // the command line, for the report
  std::vector<std::string> curve_files;                            // shown beside what is measured
  std::string anchor;                                              // empty: default_anchor()
  double lowest_score = -std::numeric_limits<double>::infinity();  // range of the leading metric for its rates
  double highest_score = std::numeric_limits<double>::infinity();
  double score = 60;     // of the leading metric, at which pictures are matched and speeds taken
  int jobs = 1;          // images at a time
  int speed_images = 2;  // number of images from which speed and memory are taken
  int rounds = 3;        // how often each codec has its turn for speed
  int shown_images = 4;  // in the report, as pictures or over time
  bool restart = false;  // measure again what the folder holds
  Measures measures = {};
  std::function<void(const std::string&)> show = [](const std::string&) {};  // a line that replaces the one before
  std::function<bool()> is_stopped = [] { return false; };
};

// Without sources only the curve files are compared. If it is stopped early, points are kept for the next run and the
// results are not complete. Errors: a file of the folder or a curve file cannot be read or written, no codec has the
// anchor's name.
Result<Results> compare(const std::vector<Source>& sources, const std::vector<Ladder>& ladders,
                        const ComparisonOptions& options);

}  // namespace laq::compare
