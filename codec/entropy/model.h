// Adaptive probabilities of one binary decision. There are two kinds, which differ in what is known at the beginning:
//   Model          begins from a trained prior and learns at two constant rates: pictures, whose priors are in the code
//   CountingModel  begins from nothing and averages what it has seen, until it has seen much: arrays, whose contexts
//                  have no prior, and whose streams may be short
// Their estimates differ from the first decision on, so exchanging them would change the format. Coders and prices take
// both.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>

namespace laq {

template <class T>
concept AdaptiveModel = requires(T model, const T& known, bool bit) {
  { known.probability() } -> std::same_as<uint32_t>;  // that the bit is set, in 1/65536; never 0 or 1
  model.update(bit);
};

// The mean of a fast and a slow estimate.
// Source: two-rate estimation as in VVC's CABAC (Sze and Marpe 2014; ITU-T H.266, 9.3.4.3).
struct Model {
  static constexpr int kFastShift = 5;
  static constexpr int kSlowShift = 8;

  uint16_t fast = 1 << 15;
  uint16_t slow = 1 << 15;

  // Within 143 .. 65392 after any number of updates, and for every prior that set() accepts.
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

// After n decisions, s of them set, the estimate is (s + 0.75) / (n + 1.5): the n-th one moves it by 1 / (n + 1.5).
// After kMostCounted decisions the rate stays as it is. Source: as in Krichevsky and Trofimov, "The performance of
// universal encoding", 1981, where counts begin at a half.
struct CountingModel {
  static constexpr int kMostCounted = 250;

  uint16_t estimate = 1 << 15;
  uint16_t count = 0;

  // Within kLeast .. 65536 - kLeast.
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

uint32_t price(const AdaptiveModel auto& model, bool bit) {
  const uint32_t p = model.probability();
  return kPriceTable[(bit ? p : 65535 - p) >> 4];
}

inline float price_in_bits(const AdaptiveModel auto& model, bool bit) {
  return static_cast<float>(price(model, bit)) / (1 << kPriceFraction);
}

}  // namespace laq
