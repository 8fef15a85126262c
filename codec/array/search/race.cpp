#include "array/search/race.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace laq::array {
namespace {

constexpr int kMostWindows = 4;

struct Windows {
  int count;
  int joint;  // the axis along which they stand one behind the other
  std::array<int, kAxes> sides;
};

Windows windows_of_series(const Grid& grid, size_t size) {
  constexpr int kLeastSamples = 256;  // of each channel in a window, so that few of them stand at a joint
  const int samples = std::clamp(static_cast<int>(size / grid.sides[1]), 1, grid.sides[2]);
  int count = kMostWindows;
  while (count > 1 && samples / count < kLeastSamples) count /= 2;
  return {count, 2, {1, grid.sides[1], samples / count}};
}

// The windows are about as long as broad, unless a side of the grid ends.
Windows windows_of_field(const Grid& grid, size_t size) {
  Windows windows{kMostWindows, grid.sides[0] > 1 ? 0 : 1, {}};
  std::array<int, kAxes> shortest_first;
  std::iota(shortest_first.begin(), shortest_first.end(), 0);
  std::sort(shortest_first.begin(), shortest_first.end(), [&](int a, int b) { return grid.sides[a] < grid.sides[b]; });
  double volume = static_cast<double>(size) / kMostWindows;
  int axes = kAxes;
  for (const int axis : shortest_first) {
    const int side = static_cast<int>(std::lround(axes == 3   ? std::cbrt(volume)
                                                  : axes == 2 ? std::sqrt(volume)
                                                              : volume));
    windows.sides[axis] = std::clamp(side, 1, grid.sides[axis]);
    volume /= windows.sides[axis];
    --axes;
  }
  return windows;
}

// The begin of a window along an axis. Each window has a part of the axis of its own, in an order that differs by axis.
int begin_of(const Windows& windows, int window, int axis, int side) {
  constexpr int kOrders[kAxes][kMostWindows] = {{0, 1, 2, 3}, {1, 3, 0, 2}, {2, 0, 3, 1}};
  const int order = axis == windows.joint ? 0 : axis == 0 ? 1 : axis;
  const int part = windows.count == kMostWindows ? kOrders[order][window] : window;
  return (side - windows.sides[axis]) * (2 * part + 1) / (2 * windows.count);
}

// A sample of a chunk: windows at several places, joined to a smaller chunk that shows which recipe suits the whole.
struct ChunkSample {
  ChunkFormat format;
  std::vector<std::byte> elements;
};

// About `size` elements. Series are sampled in contiguous stretches of all channels, fields in boxes.
ChunkSample sample_of(const ChunkFormat& format, std::span<const std::byte> elements, size_t size) {
  const Grid& grid = format.grid;
  const Windows windows = holds_series(grid) ? windows_of_series(grid, size) : windows_of_field(grid, size);
  ChunkSample sample{format, {}};
  Grid& joined = sample.format.grid;
  joined.sides = windows.sides;
  joined.sides[windows.joint] *= windows.count;
  sample.elements.resize(sample.format.bytes());
  const size_t bytes = element_bytes(format.type);
  for (int window = 0; window < windows.count; ++window) {
    std::array<int, kAxes> from;
    for (int axis = 0; axis < kAxes; ++axis) from[axis] = begin_of(windows, window, axis, grid.sides[axis]);
    std::array<int, kAxes> to{};
    to[windows.joint] = window * windows.sides[windows.joint];
    for (int z = 0; z < windows.sides[0]; ++z) {
      for (int y = 0; y < windows.sides[1]; ++y) {
        const auto place = [&](const Grid& in, const std::array<int, kAxes>& begin) {
          return ((begin[0] + z) * in.stride(0) + (begin[1] + y) * in.stride(1) + begin[2]) * bytes;
        };
        std::memcpy(sample.elements.data() + place(joined, to), elements.data() + place(grid, from),
                    windows.sides[2] * bytes);
      }
    }
  }
  return sample;
}

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
  std::vector<Step> steps() const {
    std::vector<Step> steps;
    for (const Runner& runner : runners_) steps.push_back(runner.step);
    return steps;
  }

  // The cheapest steps, which differ by no more than some bits; all if none could code the last sample.
  std::vector<Step> best(double bits) const {
    const double best = least(&Runner::cost, true);
    if (best == kNoCost) return steps();
    std::vector<Step> cheapest;
    for (const Runner& runner : runners_) {
      if (runner.cost <= best + bits) cheapest.push_back(runner.step);
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
    drop_slow_ones();
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

  void drop_slow_ones() {
    const double best = least(&Runner::cost, true), best_pace = least(&Runner::pace, true);
    const double best_coding = least(&Runner::cost, false);
    std::erase_if(runners_, [&](const Runner& runner) {
      if (runner.cost == kNoCost) {
        const auto may_serve_chunk = policy_of(runner.step.stage).may_fail_on_samples;
        return runner.step.is_exact || may_serve_chunk == nullptr || !may_serve_chunk(format_);
      }
      if (runner.cost == best_coding) return false;  // a sample says less about maps, so one coding stays
      if (runner.was_best) return false;             // two samples that disagree decide nothing
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

std::vector<Step> race(const ChunkFormat& format, std::span<const std::byte> elements, const std::vector<Step>& steps,
                       RaceLength length, const CostOfSample& cost_of) {
  constexpr size_t kFirstSample = 1 << 12, kMostSampled = 1 << 16, kPart = 12;  // elements
  Race race(format, steps);
  if (length != RaceLength::growing_samples) {
    constexpr size_t kMost = 1 << 16, kPartOfOne = 24;
    constexpr double kTables = 4000;  // bits
    race.run(sample_of(format, elements, std::clamp(format.grid.size() / kPartOfOne, kFirstSample, kMost)), cost_of);
    return race.best(length == RaceLength::one_sample ? kTables : 0);
  }
  const size_t most = std::clamp(format.grid.size() / kPart, kFirstSample, kMostSampled);
  for (size_t size = kFirstSample; size <= most && !race.is_decided(); size *= 2) {
    race.run(sample_of(format, elements, size), cost_of);
  }
  return race.steps();
}

}  // namespace laq::array
