// What levels cost with the models as they stand, in bits: the syntax, priced.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "entropy/coder.h"
#include "picture/coefficient_syntax.h"

namespace laq {

// Of levels in one context.
class LevelPrices {
 public:
  explicit LevelPrices(const LevelModels& models) : models_(models) {}

  float zero() const { return price_in_bits(models_.magnitude.above_zero, false); }
  // Of +-m, with its sign; surely_above_zero: the context tells that it is not zero.
  float nonzero(int m, bool surely_above_zero) {
    PriceCounter counter;
    code_magnitude(counter, models_, surely_above_zero, static_cast<uint32_t>(m));
    return 1 + counter.total_bits();
  }

 private:
  LevelModels models_;
};

class CoefficientPrices {
 public:
  // Before use, and whenever the models have changed.
  void update(CoefficientModels& models);

  LevelPrices level(const ExpectedSpectrum& expected, const ScanPosition& position, int sum) const {
    return LevelPrices(LevelModels(*models_, expected, position, sum));
  }

  // Of the number of levels up to the last one that is not zero.
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
  const Ends& ends(int log2_width, int log2_height, int density);

 private:
  CoefficientModels* models_ = nullptr;
  std::array<std::array<Ends, kDensityClasses / 2>, kAreas> ends_;  // as far as known since the last update
};

}  // namespace laq
