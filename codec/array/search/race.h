// A race of steps over samples of a chunk that grow: those drop out that are clearly worse than the best.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "array/stage.h"

namespace laq::array {

class Race {
 public:
  static constexpr double kUnknown = std::numeric_limits<double>::infinity();

  // format: of the chunk. steps: those that run.
  Race(const ChunkFormat& format, const std::vector<Step>& steps);

  // Whether only one step is left that could code the last sample.
  bool is_decided() const;
  std::vector<Step> steps() const;

  // Runs over a sample of `count` elements. cost_of: the bits that the sample costs if it is coded by a step, or
  // kUnknown if the step cannot code it. exactness_may_pay: whether steps without loss are worth a try, given the least
  // cost of the others.
  void run(size_t count, const std::function<double(const Step&)>& cost_of,
           const std::function<bool(double least_cost)>& exactness_may_pay);

 private:
  struct Runner {
    Step step;
    bool is_lossless;        // although the format allows loss; these run last
    double cost = kUnknown;  // of the last sample
    double pace = kUnknown;  // cost of the chunk, judged by what the last sample cost more than the one before
  };

  double least(double Runner::*of, bool counts_maps) const;
  void drop_slow_ones();
  double margin_of(StageId stage, double bits) const;

  ChunkFormat format_;
  std::vector<Runner> runners_;
  double sampled_ = 0;  // elements
};

}  // namespace laq::array
