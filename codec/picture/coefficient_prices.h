// What levels cost with the models as they stand: code_magnitude() and code_end() priced for every context, once a
// superblock, so that the search looks up instead of counting.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "picture/coefficient_syntax.h"

namespace laq {

// Prices in bits.
class CoefficientPrices {
 public:
  void update(CoefficientModels& models);

  // Of levels in one context.
  class Level {
   public:
    float zero() const { return above_zero_[0]; }
    // Of +-m, with its sign; surely_above_zero: the context tells that it is not zero.
    float nonzero(int m, bool surely_above_zero) const {
      const float magnitude = m <= kMagnitudes ? magnitude_[m - 1] : count(m);
      return surely_above_zero ? magnitude : above_zero_[1] + magnitude;
    }

   private:
    friend CoefficientPrices;
    float count(int m) const;

    const float* above_zero_;
    const float* magnitude_;
    CoefficientModels* models_;
    uint8_t size_, diagonal_, sum_;
  };

  // size: size_class() of the block; diagonal: u + v; sum: of the neighbouring magnitudes, see Magnitudes.
  Level level(int size, int diagonal, int sum) const {
    const int band = kBandClass[diagonal];
    Level level;
    level.above_zero_ = above_zero_[size][band][kActivityClass[sum]].data();
    level.magnitude_ = magnitude_[size >> 1][std::min(band, 2)][kSumClass[sum]].data();
    level.models_ = models_;
    level.size_ = static_cast<uint8_t>(size);
    level.diagonal_ = static_cast<uint8_t>(diagonal);
    level.sum_ = static_cast<uint8_t>(sum);
    return level;
  }

  // Of the number of levels up to the last one that is not zero.
  float end(int size, bool neighbours_coded, int end) const {
    const int number = std::bit_width(static_cast<uint32_t>(end - 1));
    const int top = number < 2 ? 0 : (end - 1) >> (number - 2) & 1;
    return end_[2 * size + neighbours_coded][number][top];
  }

 private:
  static constexpr int kMagnitudes = 15;
  // Sums that share all models and the order of the Golomb code.
  static constexpr int kSumClasses = 13;
  static const std::array<uint8_t, 256> kSumClass;

  CoefficientModels* models_ = nullptr;
  std::array<std::array<std::array<std::array<float, 2>, kActivityClasses>, kBandClasses>, kSizeClasses> above_zero_;
  std::array<std::array<std::array<std::array<float, kMagnitudes>, kSumClasses>, 3>, 2> magnitude_;
  std::array<std::array<std::array<float, 2>, kEndClasses>, 2 * kSizeClasses> end_;
};

}  // namespace laq
