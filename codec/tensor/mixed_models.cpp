#include "tensor/mixed_models.h"

#include "base/binary_logarithm.h"

namespace laq::tensor {
namespace {

constexpr double kLn2 = 0.69314718055994530942;
constexpr double kLeastProbability = 1.0 / 4096;

constexpr float kLearningRate = 0.005f;
constexpr int kFirstCount = 2;  // decisions that a first estimate counts for
constexpr int kMostCount = 255;

double exponential_of(double x) {
  return power_of_two(x / kLn2);
}

float logit_of(double probability) {
  const double p = std::clamp(probability, kLeastProbability, 1 - kLeastProbability);
  return static_cast<float>(kLn2 * (binary_logarithm(p) - binary_logarithm(1 - p)));
}

// The size, in steps, from which on points of a codebook have the magnitude k.
double cell_edge(Codebook codebook, int k) {
  constexpr double kFirstEdge = 0.6;  // of what is nearer to 1 than to 0; zeros are cheaper
  if (k == 0) return 0;
  if (codebook == Codebook::even) return 2 * k - 1;
  if (codebook == Codebook::odd) return 2 * k;
  return k == 1 ? kFirstEdge : 2 * k - 2;
}

// The probability that a normally distributed number of variance 1 lies beyond +-x, times exp(x^2 / 2): a series for
// small x, a continued fraction for large ones.
double scaled_tail(double x) {
  constexpr double kRootOfHalfPi = 1.2533141373155003;
  constexpr int kTerms = 60;
  if (x < 2) {
    double term = x, sum = x;
    for (int k = 1; k < kTerms; ++k) sum += term = term * x * x / (2 * k + 1);
    return (kRootOfHalfPi * exponential_of(x * x / 2) - sum) / kRootOfHalfPi;
  }
  double fraction = x;
  for (int k = kTerms; k > 0; --k) fraction = x + k / fraction;
  return 1 / (fraction * kRootOfHalfPi);
}

LadderLogits normal_logits(Codebook codebook, double mean_size) {
  constexpr double kMeanSize = 0.7978845608028654;  // of a normally distributed number of variance 1
  LadderLogits logits;
  for (int k = 0; k < kLadder; ++k) {
    const double from = cell_edge(codebook, k) * kMeanSize / mean_size;
    const double to = cell_edge(codebook, k + 1) * kMeanSize / mean_size;
    logits[k] = logit_of(scaled_tail(to) / scaled_tail(from) * exponential_of((from * from - to * to) / 2));
  }
  return logits;
}

LadderLogits exponential_logits(Codebook codebook, double mean_size) {
  LadderLogits logits;
  for (int k = 0; k < kLadder; ++k) {
    logits[k] = logit_of(exponential_of((cell_edge(codebook, k) - cell_edge(codebook, k + 1)) / mean_size));
  }
  return logits;
}

}  // namespace

SizeClass::SizeClass(float log_size) {
  constexpr int kPositive = 1024 * kPerOctave;  // makes truncation round down
  index = static_cast<int>(log_size * kPerOctave + (kPositive + 0.5f)) - kPositive;
  shift = index > kMost ? (index - kMost + kPerOctave - 1) / kPerOctave : 0;
  index = std::clamp(index - shift * kPerOctave, kLeast, kMost) - kLeast;
}

MixingTables::MixingTables() {
  for (int codebook = 0; codebook < kCodebooks; ++codebook) {
    for (int of = 0; of < SizeClass::kCount; ++of) {
      const double mean_size = power_of_two(static_cast<double>(of + SizeClass::kLeast) / SizeClass::kPerOctave);
      normal[codebook][of] = normal_logits(static_cast<Codebook>(codebook), mean_size);
      exponential[codebook][of] = exponential_logits(static_cast<Codebook>(codebook), mean_size);
    }
  }
}

const MixingTables& mixing_tables() {
  static const MixingTables tables;
  return tables;
}

MixedModels::MixedModels() : estimates_(size_t{kContexts} * kContextSlots * kLadder) {
  // The first weights: of the two distributions, of the context of the expected size, of the others.
  constexpr std::array<float, kMixed> kFirst = {0.2f, 0.2f, 0.3f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
  for (auto& rows : weights_) rows.fill(kFirst);
}

float MixedModels::mix(const MagnitudeView& view, int k) {
  logits_[0] = tables_.normal[view.kind()][view.size.index][k];
  logits_[1] = tables_.exponential[view.kind()][view.size.index][k];
  const auto first = static_cast<uint16_t>(logistic_.probability_of(0.5f * (logits_[0] + logits_[1])));
  for (int i = 0; i < kContexts; ++i) {
    CountedEstimate& counted = estimates_[(size_t(i) * kContextSlots + view.contexts[i]) * kLadder + k];
    if (counted.count == 0) counted = {first, kFirstCount};
    used_[i] = &counted;
    logits_[2 + i] = logistic_.logits[counted.estimate >> 4];
  }
  const auto& weights = weights_[view.codebook][std::min(k, kWeightRows - 1)];
  std::array<float, 4> sums;
  for (int i = 0; i < 4; ++i) sums[i] = weights[i] * logits_[i] + weights[i + 4] * logits_[i + 4];
  static_assert(kMixed == 8);
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

void MixedModels::learn(const MagnitudeView& view, int k, uint32_t probability, bool bit) {
  static const std::array<float, kMostCount + 1> kRates = [] {
    std::array<float, kMostCount + 1> rates{};
    for (int n = 0; n <= kMostCount; ++n) rates[n] = 1 / (static_cast<float>(n) + 1.5f);
    return rates;
  }();
  constexpr int kLeast = 32;
  const float error = ((bit ? 65536.0f : 0.0f) - static_cast<float>(probability)) * (kLearningRate / 65536);
  auto& weights = weights_[view.codebook][std::min(k, kWeightRows - 1)];
  for (int i = 0; i < kMixed; ++i) weights[i] += error * logits_[i];
  const auto target = static_cast<float>(bit ? 65535 - kLeast : kLeast);
  for (CountedEstimate* counted : used_) {
    const auto now = static_cast<float>(counted->estimate);
    counted->estimate = static_cast<uint16_t>(now + (target - now) * kRates[counted->count]);
    counted->count = static_cast<uint16_t>(counted->count + (counted->count < kMostCount));
  }
}

double MixedModels::simple_probability(const MagnitudeView& view, int k) const {
  const CountedEstimate& counted = estimates_[size_t(view.contexts[0]) * kLadder + k];
  if (counted.count > 0) return counted.estimate / 65536.0;
  const float logit =
      0.5f * (tables_.normal[view.kind()][view.size.index][k] + tables_.exponential[view.kind()][view.size.index][k]);
  return logistic_.probability_of(logit) / 65536.0;
}

}  // namespace laq::tensor
