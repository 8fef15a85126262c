// A race of steps over samples of a chunk that grow: those drop out that are clearly worse than the best.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "array/stage_encoder.h"

namespace laq::array {

// The bits that a sample costs if it is coded by a step; kNoCost if the step cannot code it.
using CostOfSample = std::function<double(const ChunkFormat& format, const SourceChunk& sample, const Step& step)>;
inline constexpr double kNoCost = std::numeric_limits<double>::infinity();

// Growing samples tell more; one sample takes less time. It leaves the best alone, or those with it that differ by no
// more than tables may cost.
enum class RaceLength : unsigned char { one_sample_for_one, one_sample, growing_samples };

// A step that may turn out the best for a chunk, and what the samples promise: the bits that it costs, about.
struct Promise {
  Step step;
  double cost;
};

// The steps that may turn out the best for a chunk.
std::vector<Promise> race(const ChunkFormat& format, std::span<const std::byte> elements,
                          const std::vector<Step>& steps, RaceLength length, const CostOfSample& cost_of);

}  // namespace laq::array
