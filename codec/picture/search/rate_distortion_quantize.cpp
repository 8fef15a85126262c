#include "picture/search/rate_distortion_quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "picture/search/energy.h"

namespace laq::picture {
namespace {

constexpr int kMaxLevel = 1 << 20;

float squared(float x) {
  return x * x;
}

// The value that dequantize() gives a level, in steps.
struct ReconstructionPoint {
  explicit ReconstructionPoint(CentroidShift shift) : one(shift.one / 64.0f), more(shift.more / 64.0f) {}
  float operator()(int level) const {
    return level == 0 ? 0.0f : static_cast<float>(level) - (level == 1 ? one : more);
  }
  float one, more;
};

}  // namespace

QuantizedBlock quantize_block(CoefficientPrices& prices, const CoefficientBlock& block,
                              const ExpectedSpectrum& expected, const QuantizeSettings& settings, int32_t* levels) {
  const auto& [coefficients, shape, quantizer, step_index] = block;
  const int count = shape.coded_area();
  const float scale = static_cast<float>(1 << (kStepFraction - kCoefficientFraction)) /
                      static_cast<float>(quantizer.block_step(step_index));
  const float* const reciprocals = quantizer.weights.reciprocals(shape);
  alignas(64) float magnitude[kMaxCodedSize * kMaxCodedSize];  // in steps
  std::array<float, 16> largest_of{};                          // a compiler keeps them in vectors
  for (int i = 0; i < count; i += 16) {
    for (int j = 0; j < 16; ++j) {
      magnitude[i + j] = static_cast<float>(std::abs(coefficients[i + j])) * (scale * reciprocals[i + j]);
      largest_of[j] = std::max(largest_of[j], magnitude[i + j]);
    }
  }
  const float largest = *std::max_element(largest_of.begin(), largest_of.end());
  std::fill_n(levels, count, 0);
  QuantizedBlock result;
  if (largest < 1 - settings.rounding) {
    result.distortion = energy(magnitude, count, 1);
    return result;
  }

  const ScanPosition* const scan = scan_of(shape);
  const ReconstructionPoint reconstruction(quantizer.centroid);
  int end = count;
  float zeroed = 0;  // distortion of what lies behind `end`
  while (magnitude[scan[end - 1].index] < 1 - settings.rounding) zeroed += squared(magnitude[scan[--end].index]);

  const CoefficientPrices::Ends& ends = prices.ends(shape, expected.density);
  const float lambda = settings.lambda;
  LocalSums sums(shape.coded_height());
  float distortion = zeroed;  // of the positions done, with the present end
  float bits = ends(end);
  int last = end;             // the present end
  int right = 0, bottom = 0;  // of the levels chosen
  for (int p = end - 1; p >= 0; --p) {
    const ScanPosition& position = scan[p];
    const float x = magnitude[position.index];
    const int upper = static_cast<int>(std::min(x + settings.rounding, static_cast<float>(kMaxLevel)));
    const LevelPrices price = prices.level(expected, position, sums.at(position.padded));
    if (upper == 0) {  // never the last
      distortion += squared(x);
      bits += price.zero();
      zeroed += squared(x);
      continue;
    }
    const bool is_last = p == last - 1;
    int best = upper;
    float best_distortion = squared(x - reconstruction(upper));
    float best_bits = price.nonzero(upper, is_last);
    if (settings.rate_distortion) {
      // One less, and zero where that is near; the last level is not zero.
      const int lowest = std::max(is_last ? 1 : 0, upper - (upper == 2 ? 2 : 1));
      for (int level = upper - 1; level >= lowest; --level) {
        const float d = squared(x - reconstruction(level));
        const float b = level > 0 ? price.nonzero(level, is_last) : price.zero();
        if (d + lambda * b < best_distortion + lambda * best_bits) {
          best = level;
          best_distortion = d;
          best_bits = b;
        }
      }
    }
    const float present = distortion + lambda * (bits + best_bits);
    if (settings.rate_distortion && best > 0 && !is_last && zeroed < present) {
      // Perhaps it is cheaper to end here; not if the zeros behind cost more even without bits.
      const float ending = ends(p + 1) + price.nonzero(best, true);
      if (zeroed + lambda * ending < present) {
        for (int q = p + 1; q < last; ++q) {
          int32_t& level = levels[scan[q].index];
          if (level != 0) sums.remove(scan[q].padded, static_cast<uint32_t>(std::abs(level)));
          level = 0;
        }
        last = p + 1;
        right = bottom = 0;
        distortion = zeroed;
        bits = ending - best_bits;
      }
    }
    distortion += best_distortion;
    bits += best_bits;
    zeroed += squared(x);
    levels[position.index] = coefficients[position.index] < 0 ? -best : best;
    if (best > 0) {
      sums.add(position.padded, static_cast<uint32_t>(best));
      right = std::max<int>(right, position.u + 1);
      bottom = std::max<int>(bottom, position.v + 1);
    }
  }
  if (settings.rate_distortion && zeroed <= distortion + lambda * bits) {
    std::fill_n(levels, count, 0);
    result.distortion = zeroed;
    return result;
  }
  return {distortion, bits, last, {static_cast<uint8_t>(right), static_cast<uint8_t>(bottom)}};
}

}  // namespace laq::picture
