#include "tensor/uniform_bits.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/element.h"

namespace laq::tensor {
namespace {

// Finite elements at even distances, in ascending order.
std::vector<double> sorted_sample(ElementType type, std::span<const std::byte> elements) {
  constexpr size_t kMost = 65536;
  const size_t size = element_bytes(type), count = elements.size() / size;
  const size_t distance = std::max<size_t>(1, count / kMost);
  std::vector<std::byte> picked(count / distance * size);
  for (size_t i = 0; i < count / distance; ++i)
    std::memcpy(picked.data() + i * size, elements.data() + i * distance * size, size);
  std::vector<double> sample = values_of(type, picked);
  std::erase_if(sample, [](double value) { return !std::isfinite(value); });
  std::ranges::sort(sample);
  return sample;
}

struct UniformCost {
  double mean_squared_error, bits;
};

UniformCost cost_of(std::span<const double> sorted, double step) {
  const auto total = static_cast<double>(sorted.size());
  double error = 0, bits = 0;
  for (size_t i = 0; i < sorted.size();) {
    const double point = std::nearbyint(sorted[i] / step) * step;
    const size_t first = i;
    for (; i < sorted.size() && sorted[i] <= point + 0.5 * step; ++i)
      error += (sorted[i] - point) * (sorted[i] - point);
    i = std::max(i, first + 1);  // rounding may put an element just above its interval
    const double share = static_cast<double>(i - first) / total;
    bits -= share * std::log2(share);
  }
  return {error / total, bits};
}

}  // namespace

double uniform_bits(ElementType type, std::span<const std::byte> elements, double mean_squared_error) {
  const std::vector<double> sample = sorted_sample(type, elements);
  if (sample.empty() || !(mean_squared_error > 0)) return 0;
  // The error of a step is at most a quarter of its square, and about a twelfth if the step is small.
  double low = std::sqrt(mean_squared_error), high = low;
  const double largest = std::max(std::abs(sample.front()), std::abs(sample.back()));
  while (high < 4 * largest && cost_of(sample, high).mean_squared_error < mean_squared_error) high *= 2;
  constexpr int kHalvings = 20;
  for (int i = 0; i < kHalvings; ++i) {
    const double step = std::sqrt(low * high);
    (cost_of(sample, step).mean_squared_error < mean_squared_error ? low : high) = step;
  }
  return cost_of(sample, low).bits;
}

}  // namespace laq::tensor
