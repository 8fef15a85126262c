#include "picture/coefficient_prices.h"

namespace laq {

void CoefficientPrices::update(CoefficientModels& models) {
  models_ = &models;
  for (auto& area : ends_) {
    for (Ends& ends : area) ends.known_ = false;
  }
}

const CoefficientPrices::Ends& CoefficientPrices::ends(int log2_width, int log2_height, int density) {
  Ends& ends = ends_[log2_width + log2_height - 4][density / 2];
  if (!ends.known_) {
    ends.known_ = true;
    for (int number = 0; number < kEndClasses; ++number) {
      for (int top = 0; top < 2; ++top) {
        const int below_top = number < 2 ? number : (2 + top) << (number - 2);
        PriceCounter counter;
        code_end(counter, *models_, log2_width, log2_height, density, below_top + 1);
        ends.bits_[number][top] = counter.total_bits();
      }
    }
  }
  return ends;
}

}  // namespace laq
