#include "picture/search/coefficient_prices.h"

namespace laq::picture {
namespace {

MagnitudePrices prices_of(const CoefficientModels::Magnitude& models) {
  const float above_zero = price_in_bits(models.above_zero, true);
  const float above_one = price_in_bits(models.above_one, true);
  return {price_in_bits(models.above_zero, false), above_zero, 1 + price_in_bits(models.above_one, false),
          1 + above_one + price_in_bits(models.above_two, false),
          1 + above_one + price_in_bits(models.above_two, true)};
}

}  // namespace

void CoefficientPrices::update(CoefficientModels& models) {
  models_ = &models;
  for (auto& area : ends_) {
    for (Ends& ends : area) ends.known_ = false;
  }
  for (int expected = 0; expected < kExpectedClasses; ++expected) {
    for (int band = 0; band < kBandClasses; ++band) {
      for (int activity = 0; activity < kActivityClasses; ++activity) {
        magnitudes_[expected][band][activity] = prices_of(models.magnitude[expected][band][activity]);
      }
    }
  }
}

const CoefficientPrices::Ends& CoefficientPrices::ends(BlockShape shape, int density) {
  Ends& ends = ends_[area_class(shape)][density / 2];
  if (!ends.known_) {
    ends.known_ = true;
    for (int number = 0; number < kEndClasses; ++number) {
      for (int top = 0; top < 2; ++top) {
        const int below_top = number < 2 ? number : (2 + top) << (number - 2);
        PriceCounter counter;
        code_end(counter, *models_, shape, density, below_top + 1);
        ends.bits_[number][top] = counter.total_bits();
      }
    }
  }
  return ends;
}

}  // namespace laq::picture
