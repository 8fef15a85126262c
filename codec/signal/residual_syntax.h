// The syntax of quantized residuals, written once for writer and reader: the local magnitude and the disagreement of
// predictions choose every model.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "entropy/coder.h"
#include "signal/grid.h"

namespace laq {

inline constexpr int kMagnitudeClasses = 24;
inline constexpr int kUncertaintyClasses = 8;
inline constexpr int kResidualPrefix = 21;  // indices are below 2^20

struct ResidualModels {
  struct Magnitude {
    CountingModel above_zero, above_one, above_two, negative;
  };
  std::array<std::array<std::array<Magnitude, kUncertaintyClasses>, kMagnitudeClasses>, kPredictionKinds> magnitude;
  // An Exp-Golomb code's prefix, and the bit below the top one.
  std::array<std::array<CountingModel, kResidualPrefix>, kMagnitudeClasses> prefix, second_bit;
  // Samples that stand for themselves: [neighbours in order of coding that do], and whether it repeats the last one.
  std::array<CountingModel, 3> is_verbatim;
  CountingModel repeats;
  CountingModel is_spaced;  // the elements are a lattice, see BoundedQuantizer
};

struct ResidualContext {
  int kind, magnitude, uncertainty;

  ResidualContext(const Expectation& expected, double step) : kind(expected.kind) {
    constexpr std::array<int, kMagnitudeClasses - 1> kFirst = {
        1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 60, 90, 130, 190, 280, 400, 800, 1600, 3200, 6400, 12800, 25600};
    magnitude = static_cast<int>(std::upper_bound(kFirst.begin(), kFirst.end(), expected.magnitude) - kFirst.begin());
    constexpr std::array<double, kUncertaintyClasses - 1> kLimits = {0.05, 0.125, 0.25, 0.5, 1, 2, 4};  // in steps
    uncertainty = 0;
    while (uncertainty < kUncertaintyClasses - 1 && !(expected.uncertainty < kLimits[uncertainty] * step))
      ++uncertainty;
  }
};

// index: within +-BoundedQuantizer::kMaxIndex. A reader finds less than 2^21 whatever the stream holds.
template <class Coder>
int code_residual(Coder& coder, ResidualModels& models, const ResidualContext& context, int index) {
  ResidualModels::Magnitude& magnitude = models.magnitude[context.kind][context.magnitude][context.uncertainty];
  const auto wanted = static_cast<uint32_t>(std::abs(index));
  if (!coder.bit(magnitude.above_zero, wanted > 0)) return 0;
  const bool is_negative = coder.bit(magnitude.negative, index < 0);
  uint32_t coded = 1;
  if (coder.bit(magnitude.above_one, wanted > 1)) {
    coded = 2;
    if (coder.bit(magnitude.above_two, wanted > 2)) {
      const uint32_t rest = wanted - 2;  // at least 1
      const int top = std::bit_width(rest) - 1;
      auto& prefix = models.prefix[context.magnitude];
      int found = 0;
      while (found < kResidualPrefix - 1 && coder.bit(prefix[found], found < top)) ++found;
      uint32_t value = 1u << found;
      if (found > 0) {
        const int below = found - 1;
        value += static_cast<uint32_t>(coder.bit(models.second_bit[context.magnitude][found], rest >> below & 1))
                 << below;
        value += coder.bits(below, rest & ((1u << below) - 1));
      }
      coded = 2 + value;
    }
  }
  return is_negative ? -static_cast<int>(coded) : static_cast<int>(coded);
}

}  // namespace laq
