// Logistic mixing: several estimates of a probability are combined by a weighted sum of their logits; the weights
// learn.
//   logit(p) = ln(p / (1 - p)),   p = 1 / (1 + exp(-sum of weight * logit(estimate)))
// Everything is IEEE arithmetic in a fixed order, the same on every machine.
// Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

struct LogisticTables {
  static constexpr int kLogits = 4096;  // logits from -kMostLogit to kMostLogit
  static constexpr float kMostLogit = 12, kPerLogit = kLogits / (2 * kMostLogit);

  std::array<float, kLogits> logits;            // of probabilities of 12 bits
  std::array<uint16_t, kLogits> probabilities;  // of logits

  LogisticTables();
  uint32_t probability_of(float logit) const {
    const float place = logit * kPerLogit + (0.5f * kLogits + 0.5f);
    return probabilities[place > 0 ? (place < kLogits ? static_cast<int>(place) : kLogits - 1) : 0];
  }
};
const LogisticTables& logistic_tables();

// An adaptive probability of 16 bits, with a count of its decisions.
struct CountedEstimate {
  uint16_t estimate = 0;
  uint16_t count = 0;
};

// A probability that does not learn.
struct GivenProbability {
  uint32_t value;  // of 16 bits
  uint32_t probability() const { return value; }
  void update(bool) {}
};

}  // namespace laq
