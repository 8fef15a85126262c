// The probability of each binary decision of a magnitude is mixed from several estimates (entropy/logistic.h). Two of
// them come from distributions of the expected size, so that the first decisions are coded well; the others are counted
// in contexts.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "entropy/coder.h"
#include "entropy/logistic.h"
#include "quantize/trellis.h"

namespace laq::tensor {

inline constexpr int kCodebooks = 3;
inline constexpr int kLadder = 20;  // decisions of a magnitude: is it above 0, 1, 2 .. ?

// Classes of the expected size, which is counted in steps.
struct SizeClass {
  static constexpr int kPerOctave = 8, kLeast = -6 * kPerOctave, kMost = 3 * kPerOctave, kCount = kMost - kLeast + 1;
  int index;  // 0 .. kCount - 1
  int shift;  // the magnitude is coded in units of 2^shift

  explicit SizeClass(float log_size);  // -64 .. 64
};

inline constexpr int kContexts = 6, kMixed = kContexts + 2;

// What is known of a magnitude.
struct MagnitudeView {
  int codebook = 0;
  SizeClass size{0};
  std::array<int, kContexts> contexts{};  // each below kContextSlots

  // If the unit is not 1, all codebooks have cells of the same width.
  int kind() const { return size.shift > 0 ? static_cast<int>(Codebook::odd) : codebook; }
};

// The logits of a distribution: of a magnitude above k, if it is at least k.
using LadderLogits = std::array<float, kLadder>;
using DistributionLogits = std::array<std::array<LadderLogits, SizeClass::kCount>, kCodebooks>;

struct MixingTables {
  const LogisticTables& logistic = logistic_tables();
  DistributionLogits normal, exponential;  // of sizes whose distribution is the normal, or the Laplacian one

  MixingTables();
};
const MixingTables& mixing_tables();

class MixedModels {
 public:
  static constexpr int kContextSlots = 2880;

  MixedModels();
  static constexpr size_t bytes() { return sizeof(CountedEstimate) * kContexts * kContextSlots * kLadder; }

  template <class Coder>
  uint32_t code_magnitude(Coder& coder, const MagnitudeView& view, uint32_t wanted);

  // The probability, as far as context 0 and the distributions know it, that a magnitude is above k; for prices.
  double simple_probability(const MagnitudeView& view, int k) const;

 private:
  static constexpr int kWeightRows = 8;
  static constexpr int kMostBits = 30;  // of a magnitude

  template <class Coder>
  bool code_decision(Coder& coder, const MagnitudeView& view, int k, bool wanted);
  float mix(const MagnitudeView& view, int k);
  void learn(const MagnitudeView& view, int k, uint32_t probability, bool bit);

  const MixingTables& tables_ = mixing_tables();
  const LogisticTables& logistic_ = tables_.logistic;
  std::vector<CountedEstimate> estimates_;  // [context][slot][k]; they begin as the distributions say
  std::array<std::array<std::array<float, kMixed>, kWeightRows>, kCodebooks> weights_;
  std::array<CountingModel, kMostBits + 1> prefix_;
  std::array<CountingModel, kLadder + 1> first_below_;
  // These belong to the decision at hand.
  std::array<float, kMixed> logits_{};
  std::array<CountedEstimate*, kContexts> used_{};
};

template <class Coder>
bool MixedModels::code_decision(Coder& coder, const MagnitudeView& view, int k, bool wanted) {
  GivenProbability given{logistic_.probability_of(mix(view, k))};
  const bool bit = coder.bit(given, wanted);
  learn(view, k, given.value, bit);
  return bit;
}

template <class Coder>
uint32_t MixedModels::code_magnitude(Coder& coder, const MagnitudeView& view, uint32_t wanted) {
  const int shift = view.size.shift;
  const uint32_t units = wanted >> shift;
  uint32_t found = 0;
  while (found < kLadder && code_decision(coder, view, static_cast<int>(found), found < units)) ++found;
  const uint32_t rung = found;
  if (found == kLadder) {
    const uint32_t rest = units - kLadder + 1;
    const int top = std::bit_width(rest) - 1;
    int length = 0;
    while (length < kMostBits && coder.bit(prefix_[length], length < top)) ++length;
    const uint32_t below = (uint32_t{1} << length) - 1;
    found += below + coder.bits(length, rest & below);
  }
  constexpr uint32_t kMost = (uint32_t{1} << kMostBits) - 1;
  if (shift == 0) return found & kMost;
  const bool half = coder.bit(first_below_[rung], (wanted >> (shift - 1) & 1) != 0);
  const int below = shift - 1;
  const uint32_t low = coder.bits(below, wanted & ((uint32_t{1} << below) - 1));
  return ((found << 1 | uint32_t{half}) << below | low) & kMost;
}

}  // namespace laq::tensor
