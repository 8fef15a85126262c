#include "array/search/race.h"

#include <algorithm>
#include <cmath>

#include "array/search/chunk_sample.h"

namespace laq::array {
namespace {

// Whether coding without loss may cost less than keeping within the bound, judged by a sample and its least cost
// otherwise: its first part has few different elements, or it costs nearly as many bits as it has.
bool exactness_may_pay(const SourceChunk& sample, double bits) {
  constexpr size_t kLooked = 1 << 10, kLeastElements = 4;  // with the same value, on average
  constexpr double kMuch = 0.5;
  if (bits > kMuch * 8 * static_cast<double>(sample.elements.size())) return true;
  std::vector<double> values = sample.values();
  values.resize(std::min(values.size(), kLooked));
  const size_t looked = values.size();
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  const auto distinct = static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
  return distinct * kLeastElements <= looked;
}

constexpr size_t kPart = 16;  // the share of a chunk that the last sample has

class Race {
 public:
  Race(const ChunkFormat& format, const std::vector<Step>& steps) : format_(format) {
    const bool may_lose = format.tolerance > 0;
    for (const Step& step : steps) {
      const bool never_loses = policy_of(step.stage).loses == nullptr && format.fidelity != Fidelity::relative_error;
      runners_.push_back({step, may_lose && (step.is_exact || never_loses)});
    }
    std::stable_partition(runners_.begin(), runners_.end(), [](const Runner& runner) { return !runner.is_lossless; });
  }

  // Whether only one step is left that could code the last sample.
  bool is_decided() const {
    return std::count_if(runners_.begin(), runners_.end(), [](const Runner& r) { return r.cost < kNoCost; }) == 1;
  }
  std::vector<Promise> promises() const {
    std::vector<Promise> promises;
    for (const Runner& runner : runners_) promises.push_back({runner.step, runner.pace});
    return promises;
  }

  // The cheapest steps, which differ by no more than some bits; all if none could code the last sample.
  std::vector<Promise> best(double bits) const {
    const double best = least(&Runner::cost, true);
    std::vector<Promise> cheapest;
    for (const Runner& runner : runners_) {
      if (runner.cost <= best + bits) cheapest.push_back({runner.step, runner.pace});
    }
    return cheapest;
  }

  void run(const ChunkSample& sample, const CostOfSample& cost_of) {
    const SourceChunk chunk(sample.format.range(), sample.format.grid, sample.elements);
    const auto elements = static_cast<double>(chunk.values().size()), all = static_cast<double>(format_.grid.size());
    for (Runner& runner : runners_) {
      if (sampled_ == 0 && runner.is_lossless && !exactness_may_pay(chunk, least(&Runner::cost, true))) break;
      const double cost = cost_of(sample.format, chunk, runner.step);
      // Models learn and tables fill in the beginning, so what the added elements cost tells more of a large chunk.
      const double added = std::max(cost - runner.cost, 0.0) / (elements - sampled_);
      runner.pace = runner.cost < kNoCost ? cost + (all - elements) * added : cost * all / elements;
      runner.cost = cost;
    }
    drop_slow_ones(elements);
    sampled_ = elements;
  }

 private:
  struct Runner {
    Step step;
    bool is_lossless;       // although the format allows loss; these run last
    double cost = kNoCost;  // of the last sample
    bool was_best = false;  // for the last sample
    double pace = kNoCost;  // cost of the chunk, judged by what the last sample cost more than the one before
  };

  double least(double Runner::*of, bool counts_maps) const {
    double least = kNoCost;
    for (const Runner& runner : runners_) {
      if (counts_maps || !is_map(runner.step.stage)) least = std::min(least, runner.*of);
    }
    return least;
  }

  // elements: of the last sample.
  void drop_slow_ones(double elements) {
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
      const double allowed = 1 + margin_of(runner.step.stage, best);
      return runner.cost > allowed * best && runner.pace > allowed * best_pace;
    });
    for (Runner& runner : runners_) runner.was_best = runner.cost == best;
  }

  // The share by which the cost of a step may be above the best one. The more bits there are, the more a difference
  // means.
  double margin_of(StageId stage, double bits) const {
    constexpr double kFirst = 0.2, kLater = 0.02, kRootBits = 18, kOfBoundedMaps = 0.25;
    const bool is_slow = policy_of(stage).handicap > 0;  // and takes most of the time of larger samples
    const double margin = (sampled_ == 0 && !is_slow ? kFirst : kLater) + kRootBits / std::sqrt(std::max(bits, 1.0));
    const bool is_bounded = format_.fidelity == Fidelity::max_error && format_.tolerance > 0;
    if (is_map(stage) && is_bounded) return kOfBoundedMaps * margin;  // maps seldom gain under a bound, and take long
    // Stages that send their tables look more expensive on samples, and take little time.
    constexpr double kOfFast = 0.15;
    return margin + policy_of(stage).margin + (policy_of(stage).is_fast ? kOfFast : 0);
  }

  ChunkFormat format_;
  std::vector<Runner> runners_;
  double sampled_ = 0;  // elements
};

}  // namespace

std::vector<Promise> race(const ChunkFormat& format, std::span<const std::byte> elements,
                          const std::vector<Step>& steps, RaceLength length, const CostOfSample& cost_of) {
  constexpr size_t kFirstSample = 1 << 12, kMostSampled = 1 << 17;  // elements
  Race race(format, steps);
  if (length != RaceLength::growing_samples) {
    constexpr size_t kMost = 1 << 16, kPartOfOne = 24;
    constexpr double kTables = 4000;  // bits
    race.run(sample_of(format, elements, std::clamp(format.grid.size() / kPartOfOne, kFirstSample, kMost)), cost_of);
    return race.best(length == RaceLength::one_sample ? kTables : 0);
  }
  const size_t most = std::clamp(format.grid.size() / kPart, kFirstSample, kMostSampled);
  constexpr size_t kGrowth = 4;
  size_t size = most;
  while (size >= kGrowth * kFirstSample) size /= kGrowth;
  for (; size <= most && !race.is_decided(); size *= kGrowth) {
    race.run(sample_of(format, elements, size), cost_of);
  }
  return race.promises();
}

}  // namespace laq::array
