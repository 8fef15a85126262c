// A race of steps over samples of a chunk that grow: those drop out that are clearly worse than the best.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "array/search/chunk_sample.h"
#include "array/stage_encoder.h"

namespace laq::array {

inline constexpr double kNoCost = std::numeric_limits<double>::infinity();

// The bits that a sample costs if it is coded by a step; kNoCost if the step cannot code it.
using CostOfSample = std::function<double(const ChunkFormat& format, const SourceChunk& sample, const Step& step)>;

// What coding a sample by a step tells.
struct SampleCost {
  double bits = kNoCost;  // kNoCost if the step cannot code it
  Recipe rest = {};       // the steps that follow a map, if the sample leaves no doubt about them; else empty
};

// How a race judges samples.
struct Judge {
  std::function<SampleCost(const ChunkFormat& format, const SourceChunk& sample, const Step& step)> cost_of;
  // Whether coding a sample without loss may cost less than the bits that it takes with loss.
  std::function<bool(const ChunkFormat& format, const SourceChunk& sample, double bits)> exactness_may_pay;
};

// A step that may turn out the best for a chunk, and what the samples promise: the bits that it costs, about.
struct Promise {
  Step step;
  double cost;
  double cost_of_sample = 0;  // the largest one that was coded
  Recipe rest = {};           // see SampleCost, of the same sample
};

class Race {
 public:
  // patience: how many times the usual share a step may cost above the best.
  Race(const ChunkFormat& format, const std::vector<Step>& steps, double patience = 1);

  // Samples grow from one run to the next.
  void run(const ChunkSample& sample, const Judge& judge);

  // Whether only one step is left that could code the last sample.
  bool is_decided() const;
  // What the steps that are left promise.
  std::vector<Promise> promises() const;
  // The cheapest steps, which differ by no more than some bits; all if none could code the last sample.
  std::vector<Promise> best(double bits) const;

 private:
  struct Runner {
    Step step;
    bool is_lossless;       // although the format allows loss; these run last
    double cost = kNoCost;  // of the last sample
    bool was_best = false;  // for the last sample
    double pace = kNoCost;  // cost of the chunk, judged by what the last sample cost more than the one before
    Recipe rest = {};       // see SampleCost, of the last sample
  };

  double least(double Runner::*of, bool counts_maps) const;
  void drop_slow_ones(double elements);
  double margin_of(StageId stage, double bits) const;

  ChunkFormat format_;
  std::vector<Runner> runners_;
  double patience_;
  double sampled_ = 0;  // elements
};

// The sizes of the samples over which a chunk of so many elements is raced.
std::vector<size_t> sizes_of_samples(size_t elements);

// The steps that may turn out the best for a chunk, by growing samples.
std::vector<Promise> race(const ChunkFormat& format, std::span<const std::byte> elements,
                          const std::vector<Step>& steps, double patience, const Judge& judge);

// By one sample, which takes less time: the best alone, or those with it that differ by no more than tables may cost.
std::vector<Promise> race_over_one_sample(const ChunkFormat& format, std::span<const std::byte> elements,
                                          const std::vector<Step>& steps, bool leaves_best_alone, const Judge& judge);

}  // namespace laq::array
