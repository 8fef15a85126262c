// The prices of points that an encoder chooses between, while models do not change: the same as PriceCounter counts for
// levels/magnitude_syntax.h, but what the points of one context have in common is priced once. Only encoders include
// this.
#pragma once

#include <array>
#include <cstdint>

#include <hwy/base.h>

#include "entropy/coder.h"
#include "levels/magnitude_syntax.h"

namespace laq {

// The magnitude by which a point is coded, and the price of its sign, see code_point().
constexpr uint32_t magnitude_of(Codebook codebook, int point) {
  return static_cast<uint32_t>((point < 0 ? -point : point) + (codebook == Codebook::odd_and_zero ? 1 : 0)) >> 1;
}
constexpr uint32_t price_of_sign(Codebook codebook, int point) {
  return codebook != Codebook::odd && point == 0 ? 0 : 1u << kPriceFraction;
}

class PointPrices {
 public:
  // Takes the models as they are now; they must outlive the prices. To be called again when they have changed.
  void follow(MagnitudeModels& models) {
    models_ = &models;
    ++models_seen_;
  }

  // The prices of the magnitudes 0 .. most of a context without a shift, in 1/256 bit and without signs. most: below
  // kPriced.
  static constexpr uint32_t kPriced = MagnitudeModels::kLadder;
  HWY_INLINE const uint32_t* of_magnitudes(const MagnitudeContext& context, uint32_t most) {
    Ladder& ladder = ladders_[context.kind][context.scale];
    if (ladder.models_seen != models_seen_) ladder.begin(models_seen_);
    if (ladder.priced <= most) ladder.extend(models_->above[context.kind][context.scale], most);
    return ladder.prices.data();
  }

  // The price of a point, see code_point(). context: its kind is the codebook's number.
  uint32_t operator()(const MagnitudeContext& context, Codebook codebook, int point) {
    const uint32_t magnitude = magnitude_of(codebook, point), sign = price_of_sign(codebook, point);
    if (context.shift == 0 && magnitude < kPriced) return of_magnitudes(context, magnitude)[magnitude] + sign;
    PriceCounter counter;
    code_magnitude(counter, *models_, context, magnitude);
    return counter.total() + sign;
  }

 private:
  static constexpr int kCodebooks = 3;

  struct Ladder {
    uint64_t models_seen = 0;
    uint32_t priced = 0;  // magnitudes
    uint32_t up_to = 0;   // the price of being above all of them
    std::array<uint32_t, kPriced> prices{};

    void begin(uint64_t models) {
      models_seen = models;
      priced = up_to = 0;
    }
    void extend(const std::array<CountingModel, kPriced>& above, uint32_t most) {
      for (; priced <= most; ++priced) {
        prices[priced] = up_to + price(above[priced], false);
        up_to += price(above[priced], true);
      }
    }
  };

  MagnitudeModels* models_ = nullptr;
  uint64_t models_seen_ = 0;  // how often models were followed
  std::array<std::array<Ladder, MagnitudeContext::kScales>, kCodebooks> ladders_;
};

}  // namespace laq
