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

// The place where dequantize() puts a level, in steps.
struct ReconstructionPoint {
  explicit ReconstructionPoint(CentroidShift shift) : one(shift.one / 64.0f), more(shift.more / 64.0f) {}
  float operator()(int level) const {
    return level == 0 ? 0.0f : static_cast<float>(level) - (level == 1 ? one : more);
  }
  float one, more;
};

// The magnitudes of the coefficients in steps of their own; returns the largest.
float scale_magnitudes(const CoefficientBlock& block, float* __restrict magnitude) {
  const float scale = static_cast<float>(1 << (kStepFraction - kCoefficientFraction)) /
                      static_cast<float>(block.quantizer.block_step(block.step_index));
  const float* const reciprocals = block.quantizer.weights.reciprocals(block.shape);
  std::array<float, 16> largest{};  // a compiler keeps them in vectors
  for (int i = 0; i < block.shape.coded_area(); i += 16) {
    for (int j = 0; j < 16; ++j) {
      magnitude[i + j] = static_cast<float>(std::abs(block.coefficients[i + j])) * (scale * reciprocals[i + j]);
      largest[j] = std::max(largest[j], magnitude[i + j]);
    }
  }
  return *std::max_element(largest.begin(), largest.end());
}

struct LevelChoice {
  int level;
  float distortion;
  float bits;
};

// The best of `upper`, one less, and zero if that is near; the last level is not zero.
LevelChoice choose_level(float x, int upper, bool is_last, const LevelPrices& price,
                         const ReconstructionPoint& reconstruction, const QuantizeSettings& settings) {
  LevelChoice best{upper, squared(x - reconstruction(upper)), price.nonzero(upper, is_last)};
  if (!settings.rate_distortion) return best;
  const int lowest = std::max(is_last ? 1 : 0, upper - (upper == 2 ? 2 : 1));
  for (int level = upper - 1; level >= lowest; --level) {
    const float distortion = squared(x - reconstruction(level));
    const float bits = level > 0 ? price.nonzero(level, is_last) : price.zero();
    if (distortion + settings.lambda * bits < best.distortion + settings.lambda * best.bits) {
      best = {level, distortion, bits};
    }
  }
  return best;
}

// Sets the levels at the positions `begin` .. `end` - 1 of the scan to zero.
void clear_levels(const ScanPosition* scan, int begin, int end, int32_t* levels, LocalSums& sums) {
  for (int p = begin; p < end; ++p) {
    int32_t& level = levels[scan[p].index];
    if (level != 0) sums.remove(scan[p].padded, static_cast<uint32_t>(std::abs(level)));
    level = 0;
  }
}

}  // namespace

QuantizedBlock quantize_block(CoefficientPrices& prices, const CoefficientBlock& block,
                              const ExpectedSpectrum& expected, const QuantizeSettings& settings, int32_t* levels) {
  const int count = block.shape.coded_area();
  alignas(64) float magnitude[kMaxCodedSize * kMaxCodedSize];  // in steps
  const float largest = scale_magnitudes(block, magnitude);
  std::fill_n(levels, count, 0);
  QuantizedBlock result;
  if (largest < 1 - settings.rounding) {
    result.distortion = energy(magnitude, count, 1);
    return result;
  }

  const ScanPosition* const scan = scan_of(block.shape);
  const ReconstructionPoint reconstruction(block.quantizer.centroid);
  int end = count;
  float zeroed = 0;  // distortion of the positions done, if all of them were zero
  while (magnitude[scan[end - 1].index] < 1 - settings.rounding) zeroed += squared(magnitude[scan[--end].index]);

  const CoefficientPrices::Ends& ends = prices.ends(block.shape, expected.density);
  const float lambda = settings.lambda;
  LocalSums sums(block.shape.coded_height());
  float distortion = zeroed, bits = ends(end);  // of the positions done, with the present end
  int right = 0, bottom = 0;                    // of the levels chosen
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
    const bool is_last = p == end - 1;
    const LevelChoice best = choose_level(x, upper, is_last, price, reconstruction, settings);
    const float present = distortion + lambda * (bits + best.bits);
    if (settings.rate_distortion && best.level > 0 && !is_last && zeroed < present) {
      // Perhaps it is cheaper to end here; not if the zeros behind cost more even without bits.
      const float ending = ends(p + 1) + price.nonzero(best.level, true);
      if (zeroed + lambda * ending < present) {
        clear_levels(scan, p + 1, end, levels, sums);
        end = p + 1;
        right = bottom = 0;
        distortion = zeroed;
        bits = ending - best.bits;
      }
    }
    distortion += best.distortion;
    bits += best.bits;
    zeroed += squared(x);
    if (best.level == 0) continue;
    levels[position.index] = block.coefficients[position.index] < 0 ? -best.level : best.level;
    sums.add(position.padded, static_cast<uint32_t>(best.level));
    right = std::max<int>(right, position.u + 1);
    bottom = std::max<int>(bottom, position.v + 1);
  }
  if (settings.rate_distortion && zeroed <= distortion + lambda * bits) {
    std::fill_n(levels, count, 0);
    result.distortion = zeroed;
    return result;
  }
  return {distortion, bits, end, {static_cast<uint8_t>(right), static_cast<uint8_t>(bottom)}};
}

}  // namespace laq::picture
