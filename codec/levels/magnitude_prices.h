// The prices of magnitudes that an encoder chooses between, in one context: the same as PriceCounter counts for
// levels/magnitude_syntax.h, but decisions that magnitudes have in common are priced once. Only encoders include this.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

#include "entropy/coder.h"
#include "levels/magnitude_syntax.h"

namespace laq {

class MagnitudePrices {
 public:
  // models: must outlive the prices, and must not change.
  MagnitudePrices(MagnitudeModels& models, const MagnitudeContext& context)
      : models_(models), context_(context), above_(models.above[context.kind][context.scale].data()) {}

  // The price of a magnitude, in 1/256 bit.
  uint32_t of_magnitude(uint32_t magnitude) {
    if (context_.shift > 0 || magnitude >= kWalked) {
      PriceCounter counter;
      code_magnitude(counter, models_, context_, magnitude);
      return counter.total();
    }
    for (; walked_ < magnitude; ++walked_) up_to_[walked_ + 1] = up_to_[walked_] + price(above_[walked_], true);
    return up_to_[magnitude] + price(above_[magnitude], false);
  }

  // The price of a point of a trellis-coded quantizer, see code_point().
  uint32_t of_point(Codebook codebook, int point) {
    const bool has_zero = codebook != Codebook::odd;
    const auto magnitude = static_cast<uint32_t>(std::abs(point) + (codebook == Codebook::odd_and_zero)) >> 1;
    const uint32_t sign = has_zero && magnitude == 0 ? 0 : 1u << kPriceFraction;
    return of_magnitude(magnitude) + sign;
  }

 private:
  static constexpr uint32_t kWalked = MagnitudeModels::kLadder;

  MagnitudeModels& models_;
  MagnitudeContext context_;
  const CountingModel* above_;                // the ladder of the context
  uint32_t walked_ = 0;                       // questions that are priced
  std::array<uint32_t, kWalked> up_to_ = {};  // the price of being above 0, 1, 2 .. units
};

}  // namespace laq
