// Binary decisions whose probability is mixed from estimates of several contexts (entropy/logistic.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "entropy/logistic.h"

namespace laq::jpeg {

inline constexpr int kMixed = 8;  // estimates of a decision

// Estimates in slots, each with one per decision of a sequence.
class EstimateTable {
 public:
  EstimateTable(size_t slots, size_t decisions) : decisions_(decisions), estimates_(slots * decisions) {}
  CountedEstimate* slot(size_t index) { return estimates_.data() + index * decisions_; }
  uint64_t bytes() const { return estimates_.size() * sizeof(CountedEstimate); }

 private:
  size_t decisions_;
  std::vector<CountedEstimate> estimates_;
};

using MixingWeights = std::array<float, kMixed>;
using MixedSlots = std::array<CountedEstimate*, kMixed>;  // their sequences of decisions

inline constexpr MixingWeights kFirstWeights = [] {
  MixingWeights weights{};
  for (float& weight : weights) weight = 0.25f;
  return weights;
}();

class DecisionMixer {
 public:
  // Codes decision `step` of the sequences.
  template <class Coder>
  bool code(Coder& coder, const MixedSlots& slots, int step, MixingWeights& weights, bool wanted) {
    std::array<float, kMixed> logits;
    for (int i = 0; i < kMixed; ++i) {
      const CountedEstimate& of = slots[i][step];
      logits[i] = of.count == 0 ? 0.0f : tables_.logits[of.estimate >> 4];
    }
    std::array<float, 4> sums;
    for (int i = 0; i < 4; ++i) sums[i] = weights[i] * logits[i] + weights[i + 4] * logits[i + 4];
    static_assert(kMixed == 8);
    GivenProbability given{tables_.probability_of((sums[0] + sums[2]) + (sums[1] + sums[3]))};
    const bool bit = coder.bit(given, wanted);
    const float error = ((bit ? 65536.0f : 0.0f) - static_cast<float>(given.value)) * (kLearningRate / 65536);
    for (int i = 0; i < kMixed; ++i) weights[i] += error * logits[i];
    for (int i = 0; i < kMixed; ++i) learn(slots[i][step], given.value, bit);
    return bit;
  }

 private:
  static constexpr float kLearningRate = 0.01f;
  static constexpr int kMostCount = 255;
  static constexpr std::array<uint16_t, kMostCount + 1> kRates = [] {
    std::array<uint16_t, kMostCount + 1> rates{};
    for (int n = 0; n <= kMostCount; ++n) rates[n] = static_cast<uint16_t>(2 * 65536 / (2 * n + 3));
    return rates;
  }();

  static void learn(CountedEstimate& of, uint32_t mixed, bool bit) {
    constexpr int kLeast = 32;
    if (of.count == 0) of = {static_cast<uint16_t>(mixed), 1};
    const int target = bit ? 65535 - kLeast : kLeast;
    of.estimate = static_cast<uint16_t>(of.estimate + (((target - of.estimate) * kRates[of.count]) >> 16));
    of.count = static_cast<uint16_t>(of.count + (of.count < kMostCount));
  }

  const LogisticTables& tables_ = logistic_tables();
};

}  // namespace laq::jpeg
