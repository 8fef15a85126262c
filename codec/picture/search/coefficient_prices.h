// What levels cost with the models as they stand, in bits: the syntax, priced.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "entropy/coder.h"
#include "picture/syntax/coefficient_syntax.h"

namespace laq::picture {

// Prices of the decisions about a level in one context. They are whole numbers of 1/256 bit, so that their sums are
// exact.
struct MagnitudePrices {
  float zero = 0;
  float above_zero = 0;
  float one = 0;  // of +-1 with its sign, without the decision that the level is not zero
  float two = 0;
  float more = 0;  // the same of all larger levels, without their remainder
};

// Tells what a level costs in the context that its place and its neighbours choose.
class LevelPrices {
 public:
  LevelPrices(const MagnitudePrices& prices, const LevelModels& models) : prices_(prices), models_(models) {}

  float zero() const { return prices_.zero; }
  // The price of +-m, with its sign; surely_above_zero: the context tells that it is not zero.
  float nonzero(int m, bool surely_above_zero) const {
    const float bits = surely_above_zero ? 0 : prices_.above_zero;
    if (m == 1) return bits + prices_.one;
    if (m == 2) return bits + prices_.two;
    return bits + prices_.more + remainder(m);
  }

 private:
  float remainder(int m) const {
    PriceCounter counter;
    LevelModels models = models_;
    code_remainder(counter, models, static_cast<uint32_t>(m - 3));
    return counter.total_bits();
  }

  const MagnitudePrices& prices_;
  LevelModels models_;
};

class CoefficientPrices {
 public:
  // Before use, and whenever the models have changed.
  void update(CoefficientModels& models);

  LevelPrices level(const ExpectedSpectrum& expected, const ScanPosition& position, int sum) const {
    return {magnitudes_[expected.magnitude[position.spectrum_band]][position.band_class][activity_class(sum)],
            LevelModels(*models_, expected, position, sum)};
  }

  // Prices of the number of levels up to the last one that is not zero.
  class Ends {
   public:
    float operator()(int end) const {
      const int number = std::bit_width(static_cast<uint32_t>(end - 1));
      const int top = number < 2 ? 0 : (end - 1) >> (number - 2) & 1;
      return bits_[number][top];
    }

   private:
    friend CoefficientPrices;
    bool known_ = false;
    std::array<std::array<float, 2>, kEndClasses> bits_;
  };
  const Ends& ends(BlockShape shape, int density);

 private:
  CoefficientModels* models_ = nullptr;
  // [expected magnitude][band class][activity class]
  std::array<std::array<std::array<MagnitudePrices, kActivityClasses>, kBandClasses>, kExpectedClasses> magnitudes_;
  std::array<std::array<Ends, kDensityClasses / 2>, kAreas> ends_;  // as far as known since the last update
};

}  // namespace laq::picture
