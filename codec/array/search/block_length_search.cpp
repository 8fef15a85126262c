#include "array/search/block_length_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "array/transform/block_lengths.h"
#include "transform/lapped_transform.h"

namespace laq::array {
namespace {

constexpr double kBitsOfBlock = 4;      // what a block costs beside its coefficients
constexpr double kLeastSaving = 0.015;  // share of the bits that two halves have to save

// Estimate for a block, in steps: what is far below a step costs its square, what is above it the logarithm.
double bits_of(const double* coefficients, size_t count) {
  constexpr double kSharpness = 6;
  constexpr size_t kFactors = 8;  // whose product stays finite, up to 2^60 steps
  double bits = kBitsOfBlock;
  for (size_t i = 0; i < count; i += kFactors) {
    double product = 1;
    for (size_t k = i; k < i + kFactors; ++k) product *= 1 + kSharpness * (coefficients[k] * coefficients[k]);
    bits += 0.5 * std::log2(product);
  }
  return bits;
}

}  // namespace

BlockChoice choose_block_lengths(std::span<const double> line, int frame_log2) {
  // From the shortest up: the bits of the best cut of every block of the length at hand, as if its neighbours had the
  // same length.
  std::vector<double> bits, coefficients;
  std::vector<std::vector<bool>> is_split(frame_log2 + 1);
  for (int log2 = kLeastBlockLog2; log2 <= frame_log2; ++log2) {
    const size_t count = line.size() >> log2;
    coefficients.assign(line.begin(), line.end());
    LappedTransform(log2, log2).forward(std::vector<uint8_t>(count, static_cast<uint8_t>(log2)), coefficients.data());
    std::vector<double> best(count);
    is_split[log2].resize(count);
    for (size_t i = 0; i < count; ++i) {
      best[i] = bits_of(coefficients.data() + (i << log2), size_t{1} << log2);
      if (log2 == kLeastBlockLog2) continue;
      const double halves = bits[2 * i] + bits[2 * i + 1];
      is_split[log2][i] = halves < (1 - kLeastSaving) * best[i];
      if (is_split[log2][i]) best[i] = halves;
    }
    bits = std::move(best);
  }
  BlockChoice choice{{}, std::accumulate(bits.begin(), bits.end(), 0.0)};
  const auto append = [&](auto&& self, int log2, size_t i) -> void {
    if (is_split[log2][i]) {
      self(self, log2 - 1, 2 * i);
      self(self, log2 - 1, 2 * i + 1);
    } else {
      choice.log2_lengths.push_back(static_cast<uint8_t>(log2));
    }
  };
  for (size_t i = 0; i < line.size() >> frame_log2; ++i) append(append, frame_log2, i);
  return choice;
}

}  // namespace laq::array
