// Binary decisions whose probability is mixed from estimates of several contexts (entropy/logistic.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/scratch.h"
#include "entropy/logistic.h"

namespace laq {

// Estimates in slots, each with one per decision of a sequence.
class EstimateTable {
 public:
  EstimateTable(size_t slots, size_t decisions) : decisions_(decisions), estimates_(slots * decisions) {
    std::fill_n(estimates_.data(), estimates_.size(), CountedEstimate{1 << 15, 0});
  }
  CountedEstimate* slot(size_t index) { return estimates_.data() + index * decisions_; }
  uint64_t bytes() const { return estimates_.size() * sizeof(CountedEstimate); }

 private:
  size_t decisions_;
  Scratch<CountedEstimate> estimates_;
};

// What a decision is mixed from; N is a multiple of 4.
template <int N>
using MixingWeights = std::array<float, N>;
template <int N>
using MixedSlots = std::array<CountedEstimate*, N>;  // their sequences of decisions

template <int N>
constexpr MixingWeights<N> first_weights(float sum) {
  MixingWeights<N> weights{};
  for (float& weight : weights) weight = sum / N;
  return weights;
}

class DecisionMixer {
 public:
  // learning_rate: the share of an error by which weights move, for a logit of 1.
  explicit DecisionMixer(float learning_rate) : rate_(learning_rate / 65536) {}

  // Codes decision `step` of the sequences.
  template <class Coder, size_t N>
  bool code(Coder& coder, const std::array<CountedEstimate*, N>& slots, int step, std::array<float, N>& weights,
            std::array<float, N>& more_weights, bool wanted) {
    // As far as the compiler knows, the two sets of weights may alias, so each is read and written as a whole.
    std::array<float, N> logits, both = weights;
    for (size_t i = 0; i < N; ++i) logits[i] = tables_.logits[slots[i][step].estimate >> 4];
    for (size_t i = 0; i < N; ++i) both[i] += more_weights[i];
    std::array<float, 4> sums{};
    for (size_t i = 0; i < N; i += 4) {
      for (size_t j = 0; j < 4; ++j) sums[j] += both[i + j] * logits[i + j];
    }
    GivenProbability given{tables_.probability_of((sums[0] + sums[2]) + (sums[1] + sums[3]))};
    const bool bit = coder.bit(given, wanted);
    const float error = ((bit ? 65536.0f : 0.0f) - static_cast<float>(given.value)) * rate_;
    std::array<float, N>& changes = logits;
    for (float& change : changes) change *= error;
    for (size_t i = 0; i < N; ++i) weights[i] += changes[i];
    for (size_t i = 0; i < N; ++i) more_weights[i] += changes[i];
    for (size_t i = 0; i < N; ++i) learn(slots[i][step], given.value, bit);
    return bit;
  }

 private:
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
  float rate_;
};

}  // namespace laq
