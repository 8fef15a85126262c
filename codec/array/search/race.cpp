#include "array/search/race.h"

#include <algorithm>
#include <cmath>

#include "array/stage_encoder.h"

namespace laq::array {

Race::Race(const ChunkFormat& format, const std::vector<Step>& steps) : format_(format) {
  const bool may_lose = format.tolerance > 0;
  for (const Step& step : steps) {
    const bool never_loses = policy_of(step.stage).loses == nullptr && format.fidelity != Fidelity::relative_error;
    runners_.push_back({step, may_lose && (step.is_exact || never_loses)});
  }
  std::stable_partition(runners_.begin(), runners_.end(), [](const Runner& runner) { return !runner.is_lossless; });
}

bool Race::is_decided() const {
  return std::count_if(runners_.begin(), runners_.end(), [](const Runner& r) { return r.cost < kUnknown; }) == 1;
}

std::vector<Step> Race::steps() const {
  std::vector<Step> steps;
  for (const Runner& runner : runners_) steps.push_back(runner.step);
  return steps;
}

void Race::run(size_t count, const std::function<double(const Step&)>& cost_of,
               const std::function<bool(double)>& exactness_may_pay) {
  const auto elements = static_cast<double>(count), all = static_cast<double>(format_.grid.size());
  for (Runner& runner : runners_) {
    if (sampled_ == 0 && runner.is_lossless && !exactness_may_pay(least(&Runner::cost, true))) break;
    const double cost = cost_of(runner.step);
    // Models learn and tables fill in the beginning, so what the added elements cost tells more of a large chunk.
    const double added = std::max(cost - runner.cost, 0.0) / (elements - sampled_);
    runner.pace = runner.cost < kUnknown ? cost + (all - elements) * added : cost * all / elements;
    runner.cost = cost;
  }
  drop_slow_ones();
  sampled_ = elements;
}

double Race::least(double Runner::*of, bool counts_maps) const {
  double least = kUnknown;
  for (const Runner& runner : runners_) {
    if (counts_maps || !is_map(runner.step.stage)) least = std::min(least, runner.*of);
  }
  return least;
}

void Race::drop_slow_ones() {
  const double best = least(&Runner::cost, true), best_pace = least(&Runner::pace, true);
  const double best_coding = least(&Runner::cost, false);
  std::erase_if(runners_, [&](const Runner& runner) {
    if (runner.cost == kUnknown) {
      const auto may_serve_chunk = policy_of(runner.step.stage).may_fail_on_samples;
      return runner.step.is_exact || may_serve_chunk == nullptr || !may_serve_chunk(format_);
    }
    if (runner.cost == best_coding) return false;  // a sample says less about maps, so one coding stays
    const double allowed = 1 + margin_of(runner.step.stage, best);
    return runner.cost > allowed * best && runner.pace > allowed * best_pace;
  });
}

// The share by which the cost of a step may be above the best one. The more bits there are, the more a difference
// means.
double Race::margin_of(StageId stage, double bits) const {
  constexpr double kFirst = 0.2, kLater = 0.02, kRootBits = 18, kOfBoundedMaps = 0.25;
  const double margin = (sampled_ == 0 ? kFirst : kLater) + kRootBits / std::sqrt(std::max(bits, 1.0));
  const bool is_bounded = format_.fidelity == Fidelity::max_error && format_.tolerance > 0;
  if (is_map(stage) && is_bounded) return kOfBoundedMaps * margin;  // maps seldom gain under a bound, and take long
  return margin + policy_of(stage).margin;
}

}  // namespace laq::array
