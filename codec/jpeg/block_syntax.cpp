#include "jpeg/block_syntax.h"

namespace laq::jpeg {

SizeClasses::SizeClasses() {
  constexpr std::array<int, kCount> kFrom = {0, 1, 3, 5, 8, 12, 18, 26, 40, 64, 110, 220};
  for (int size = 0, of = 0; size < kTable; ++size) {
    while (of + 1 < kCount && size >= kFrom[of + 1]) ++of;
    classes_[size] = static_cast<uint8_t>(of);
  }
}

BlockModels::BlockModels()
    : last_{EstimateTable{64, 64}, {64, 64}, {64, 64}, {64, 64}, {64, 64}, {64, 64}, {64, 64}, {1, 64}},
      sizes_{EstimateTable{size_t{kBlock} * kClasses, kSteps},
             {size_t{kBlock} * kClasses, kSteps},
             {size_t{kClasses} * kClasses * 4, kSteps},
             {size_t{kBlock} * 16, kSteps},
             {size_t{kBlock} * 36, kSteps},
             {size_t{16} * 16 * kClasses, kSteps},
             {size_t{kBlock} * 9, kSteps},
             {size_t{kClasses} * kBlock, kSteps}},
      first_{EstimateTable{kClasses, kSteps},
             {kClasses, kSteps},
             {kBlock, kSteps},
             {size_t{kClasses} * kClasses, kSteps},
             {size_t{kClasses} * kClasses, kSteps},
             {size_t{kClasses} * 16, kSteps},
             {kClasses, kSteps},
             {1, kSteps}} {
  last_weights_.fill(kFirstWeights);
  for (auto& rows : weights_) rows.fill(kFirstWeights);
  first_weights_.fill(kFirstWeights);
}

uint64_t BlockModels::bytes() {
  static const uint64_t bytes = [] {
    const BlockModels models;
    uint64_t sum = sizeof(models);
    for (const auto* tables : {&models.last_, &models.sizes_, &models.first_}) {
      for (const EstimateTable& table : *tables) sum += table.bytes();
    }
    return sum;
  }();
  return bytes;
}

}  // namespace laq::jpeg
