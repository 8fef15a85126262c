#include "picture/coefficient_prices.h"

#include "entropy/coder.h"

namespace laq {
namespace {

// Sums from which a new class begins: where kActivityClass or LevelModels::golomb changes.
constexpr std::array<uint8_t, 13> kFirstSum = {0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100};

float magnitude_bits(LevelModels models, int m) {
  PriceCounter counter;
  code_magnitude(counter, models, true, static_cast<uint32_t>(m));
  return 1 + counter.total_bits();
}

// A diagonal of every class of bands.
constexpr std::array<uint8_t, kBandClasses> kDiagonalOfBand = {0, 1, 2, 4, 8, 16};

}  // namespace

const std::array<uint8_t, 256> CoefficientPrices::kSumClass = [] {
  std::array<uint8_t, 256> table{};
  for (int sum = 0; sum < 256; ++sum) {
    for (int c = 0; c < kSumClasses; ++c) {
      if (sum >= kFirstSum[c]) table[sum] = static_cast<uint8_t>(c);
    }
  }
  return table;
}();

float CoefficientPrices::Level::count(int m) const {
  return magnitude_bits(LevelModels(*models_, size_, diagonal_, sum_), m);
}

void CoefficientPrices::update(CoefficientModels& models) {
  models_ = &models;
  for (int size = 0; size < kSizeClasses; ++size) {
    for (int band = 0; band < kBandClasses; ++band) {
      for (int activity = 0; activity < kActivityClasses; ++activity) {
        const Model& model = models.above_zero[size][band][activity];
        for (const bool set : {false, true}) {
          above_zero_[size][band][activity][set] = price_in_bits(model, set);
        }
      }
    }
  }
  for (int size = 0; size < 2; ++size) {
    for (int band = 0; band < 3; ++band) {
      for (int c = 0; c < kSumClasses; ++c) {
        const LevelModels level_models(models, 2 * size, kDiagonalOfBand[band], kFirstSum[c]);
        for (int m = 1; m <= kMagnitudes; ++m) magnitude_[size][band][c][m - 1] = magnitude_bits(level_models, m);
      }
    }
  }
  // A block of every size class: 4x4, 8x8, 16x16, 32x32.
  for (int size = 0; size < kSizeClasses; ++size) {
    for (const bool neighbours_coded : {false, true}) {
      for (int number = 0; number < kEndClasses; ++number) {
        for (int top = 0; top < 2; ++top) {
          const int below_top = number < 2 ? number : (2 + top) << (number - 2);
          PriceCounter counter;
          code_end(counter, models, size + 2, size + 2, neighbours_coded, below_top + 1);
          end_[2 * size + neighbours_coded][number][top] = counter.total_bits();
        }
      }
    }
  }
}

}  // namespace laq
