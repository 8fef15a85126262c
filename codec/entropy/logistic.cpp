#include "entropy/logistic.h"

#include <algorithm>

#include "base/binary_logarithm.h"

namespace laq {

LogisticTables::LogisticTables() {
  constexpr double kLn2 = 0.69314718055994530942;
  constexpr double kLeast = 48.0 / 65536;
  for (int i = 0; i < kLogits; ++i) {
    const double p = (i + 0.5) / kLogits;
    logits[i] = static_cast<float>(kLn2 * (binary_logarithm(p) - binary_logarithm(1 - p)));
    const double logit = (i - 0.5 * kLogits) / kPerLogit;
    const double exponential = power_of_two(-logit / kLn2);
    probabilities[i] = static_cast<uint16_t>(65536 * std::clamp(1 / (1 + exponential), kLeast, 1 - kLeast));
  }
}

const LogisticTables& logistic_tables() {
  static const LogisticTables tables;
  return tables;
}

}  // namespace laq
