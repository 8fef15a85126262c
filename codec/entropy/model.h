// Model: the adaptive probability of one binary decision.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

// The mean of a fast and a slow estimate of the probability that the bit is set, each in 1/65536.
// Source: two-rate estimation as in VVC's CABAC (Sze and Marpe 2014; ITU-T H.266, 9.3.4.3).
struct Model {
  static constexpr int kFastShift = 5;
  static constexpr int kSlowShift = 8;

  uint16_t fast = 1 << 15;
  uint16_t slow = 1 << 15;

  // In 1/65536; within 143 .. 65392 after any number of updates, and for every prior that set() accepts.
  uint32_t probability() const { return (uint32_t{fast} + slow) >> 1; }

  void update(bool bit) {
    if (bit) {
      fast += (65535 - fast) >> kFastShift;
      slow += (65535 - slow) >> kSlowShift;
    } else {
      fast -= fast >> kFastShift;
      slow -= slow >> kSlowShift;
    }
  }

  // probability: 256 .. 65280.
  void set(uint16_t probability) { fast = slow = probability; }
};

// A model that learns fast at first, for contexts that have no prior: the n-th decision moves the estimate by 1 / (n +
// 1.5), down to the rate of the stationary part.
struct CountingModel {
  static constexpr int kMostCounted = 250;

  uint16_t estimate = 1 << 15;
  uint16_t count = 0;

  // Begins from a probability in 1/65536 that weighs as much as `weight` decisions.
  void set(int probability, int weight) {
    estimate = static_cast<uint16_t>(probability);
    count = static_cast<uint16_t>(weight);
  }

  // In 1/65536; within kLeast .. 65536 - kLeast.
  uint32_t probability() const { return estimate; }

  void update(bool bit) {
    count = static_cast<uint16_t>(count + (count < kMostCounted));
    const int target = bit ? 65536 - kLeast : kLeast;
    estimate = static_cast<uint16_t>(estimate + (((target - estimate) * kRates[count]) >> 16));
  }

 private:
  static constexpr int kLeast = 64;
  static constexpr std::array<uint16_t, kMostCounted + 1> kRates = [] {
    std::array<uint16_t, kMostCounted + 1> rates{};
    for (int n = 0; n <= kMostCounted; ++n) rates[n] = static_cast<uint16_t>(2 * 65536 / (2 * n + 3));
    return rates;
  }();
};

// Prices in 1/256 bit.
inline constexpr int kPriceFraction = 8;
extern const std::array<uint16_t, 4096> kPriceTable;  // -256 log2((i + 0.5) / 4096)

template <class AnyModel>
uint32_t price(const AnyModel& model, bool bit) {
  const uint32_t p = model.probability();
  return kPriceTable[(bit ? p : 65535 - p) >> 4];
}

inline float price_in_bits(const Model& model, bool bit) {
  return static_cast<float>(price(model, bit)) / (1 << kPriceFraction);
}

}  // namespace laq
