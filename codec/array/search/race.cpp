#include "array/search/race.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "array/search/exactness.h"

namespace laq::array {
namespace {

constexpr size_t kPart = 16;              // the share of a chunk that the last sample has
constexpr size_t kFirstSample = 1 << 12;  // elements

}  // namespace

Race::Race(const ChunkFormat& format, const std::vector<Step>& steps, double patience)
    : format_(format), patience_(patience) {
  for (const Step& step : steps) runners_.push_back({step, loses_nothing(format, step)});
  std::stable_partition(runners_.begin(), runners_.end(), [](const Runner& runner) { return !runner.is_lossless; });
}

bool Race::is_decided() const {
  return std::count_if(runners_.begin(), runners_.end(), [](const Runner& r) { return r.cost < kNoCost; }) == 1;
}

std::vector<Promise> Race::promises() const {
  std::vector<Promise> promises;
  for (const Runner& runner : runners_) promises.push_back({runner.step, runner.pace, runner.cost, runner.rest});
  return promises;
}

std::vector<Promise> Race::best(double bits) const {
  const double best = least(&Runner::cost, true);
  std::vector<Promise> cheapest;
  for (const Runner& runner : runners_) {
    if (runner.cost <= best + bits) cheapest.push_back({runner.step, runner.pace});
  }
  return cheapest;
}

void Race::run(const ChunkSample& sample, const Judge& judge) {
  SourceChunk chunk(sample.format.range(), sample.format.grid, sample.elements);
  chunk.whole_size = format_.grid.size();
  const auto elements = static_cast<double>(chunk.grid.size()), all = static_cast<double>(format_.grid.size());
  bool may_exactness_pay = sampled_ > 0;
  for (Runner& runner : runners_) {
    if (runner.is_lossless && !may_exactness_pay) {
      if (!judge.exactness_may_pay(sample.format, chunk, least(&Runner::cost, true))) break;
      may_exactness_pay = true;
    }
    SampleCost coded = judge.cost_of(sample.format, chunk, runner.step);
    const double cost = coded.bits;
    // Models learn and tables fill in the beginning, so what the added elements cost tells more of a large chunk.
    const double added = std::max(cost - runner.cost, 0.0) / (elements - sampled_);
    runner.pace = runner.cost < kNoCost ? cost + (all - elements) * added : cost * all / elements;
    runner.cost = cost;
    runner.rest = std::move(coded.rest);
  }
  drop_slow_ones(elements);
  sampled_ = elements;
}

double Race::least(double Runner::*of, bool counts_maps) const {
  double least = kNoCost;
  for (const Runner& runner : runners_) {
    if (counts_maps || !is_map(runner.step.stage)) least = std::min(least, runner.*of);
  }
  return least;
}

// elements: of the last sample.
void Race::drop_slow_ones(double elements) {
  constexpr double kShowsFast = 1 << 14;  // elements; smaller samples of a chunk that is larger are mostly tables
  const bool hides_fast = elements < kShowsFast && elements * kPart < static_cast<double>(format_.grid.size());
  const double best = least(&Runner::cost, true), best_pace = least(&Runner::pace, true);
  const double best_coding = least(&Runner::cost, false);
  std::erase_if(runners_, [&](const Runner& runner) {
    if (runner.cost == kNoCost) {
      const auto may_serve_chunk = policy_of(runner.step.stage).may_fail_on_samples;
      return runner.step.is_exact || may_serve_chunk == nullptr || !may_serve_chunk(format_);
    }
    if (runner.cost == best_coding) return false;  // a sample says less about maps, so one coding stays
    if (runner.was_best) return false;             // two samples that disagree decide nothing
    if (hides_fast && policy_of(runner.step.stage).is_fast) return false;
    // Maps take much memory beside what they leave, so patience is for codings.
    const double patience = is_map(runner.step.stage) ? 1 : patience_;
    const double allowed = 1 + patience * margin_of(runner.step.stage, best);
    return runner.cost > allowed * best && runner.pace > allowed * best_pace;
  });
  for (Runner& runner : runners_) runner.was_best = runner.cost == best;
}

// The share by which the cost of a step may be above the best one. The more bits there are, the more a difference
// means.
double Race::margin_of(StageId stage, double bits) const {
  constexpr double kFirst = 0.2, kLater = 0.02, kRootBits = 18, kOfBoundedMaps = 0.25;
  const bool is_slow = policy_of(stage).handicap > 0;  // and takes most of the time of larger samples
  const double margin = (sampled_ == 0 && !is_slow ? kFirst : kLater) + kRootBits / std::sqrt(std::max(bits, 1.0));
  const bool is_bounded = format_.fidelity == Fidelity::max_error && format_.tolerance > 0;
  if (is_map(stage) && is_bounded) return kOfBoundedMaps * margin;  // maps seldom gain under a bound, and take long
  // Stages that send their tables look more expensive on samples, and take little time.
  constexpr double kOfFast = 0.15;
  return margin + policy_of(stage).margin + (policy_of(stage).is_fast ? kOfFast : 0);
}

std::vector<size_t> sizes_of_samples(size_t elements) {
  constexpr size_t kMostSampled = 1 << 17, kGrowth = 4;
  const size_t most = std::clamp(elements / kPart, kFirstSample, kMostSampled);
  size_t size = most;
  while (size >= kGrowth * kFirstSample) size /= kGrowth;
  std::vector<size_t> sizes;
  for (; size <= most; size *= kGrowth) sizes.push_back(size);
  return sizes;
}

std::vector<Promise> race(const ChunkFormat& format, std::span<const std::byte> elements,
                          const std::vector<Step>& steps, double patience, const Judge& judge) {
  Race race(format, steps, patience);
  for (const size_t size : sizes_of_samples(format.grid.size())) {
    race.run(sample_of(format, elements, size), judge);
    if (race.is_decided()) break;
  }
  return race.promises();
}

std::vector<Promise> race_over_one_sample(const ChunkFormat& format, std::span<const std::byte> elements,
                                          const std::vector<Step>& steps, bool leaves_best_alone, const Judge& judge) {
  constexpr size_t kMost = 1 << 16, kPartOfOne = 24;
  constexpr double kTables = 4000;  // bits
  Race race(format, steps);
  const size_t size = std::clamp(format.grid.size() / kPartOfOne, kFirstSample, kMost);
  race.run(sample_of(format, elements, size), judge);
  return race.best(leaves_best_alone ? 0 : kTables);
}

}  // namespace laq::array
