#include "array/search/exactness.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "array/search/chunk_sample.h"

namespace laq::array {

bool loses_nothing(const ChunkFormat& format, const Step& step) {
  if (format.tolerance == 0) return false;
  if (step.is_exact) return true;
  const auto loses = policy_of(step.stage).loses;
  return format.fidelity != Fidelity::relative_error && (loses == nullptr || !loses(format));
}

// The chunk's first part has few different elements, or it costs nearly as many bits as it has.
bool exactness_may_pay(const SourceChunk& chunk, double bits) {
  constexpr size_t kLooked = 1 << 10, kLeastElements = 4;  // with the same value, on average
  constexpr double kMuch = 0.5;
  if (bits > kMuch * 8 * static_cast<double>(chunk.elements.size())) return true;
  const std::span<const double> all = chunk.values();
  const size_t looked = std::min(all.size(), kLooked);
  std::vector<double> values(all.begin(), all.begin() + static_cast<ptrdiff_t>(looked));
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  const auto distinct = static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
  return distinct * kLeastElements <= looked;
}

double share_of_exact_bits(const ChunkFormat& format, const SourceChunk& chunk, double bits,
                           const CostOfSample& quick_cost) {
  constexpr size_t kSampled = 1 << 11;  // elements
  constexpr Step kSimple[] = {{StageId::deflate, true},
                              {StageId::interpolation, true},
                              {StageId::lattice, true},
                              {StageId::distinct_values, true}};
  const ChunkSample sample = format.grid.size() > kSampled
                                 ? sample_of(format, chunk.elements, kSampled)
                                 : ChunkSample{format, {chunk.elements.begin(), chunk.elements.end()}};
  const SourceChunk source(sample.format.range(), sample.format.grid, sample.elements);
  double least = kNoCost;
  for (const Step& step : kSimple) {
    if (!allows(step.stage, step.format_of(sample.format))) continue;
    least = std::min(least, quick_cost(sample.format, source, step));
  }
  const double part = static_cast<double>(sample.format.grid.size()) / static_cast<double>(format.grid.size());
  return part * bits / least;
}

}  // namespace laq::array
