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
    : last_{EstimateTable{kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock},
            {kBlock, kBlock}},
      sizes_{EstimateTable{size_t{kBlock} * kClasses, kSteps},
             {size_t{kBlock} * kClasses, kSteps},
             {size_t{kClasses} * kClasses * 4, kSteps},
             {size_t{kBlock} * 16, kSteps},
             {size_t{kBlock} * kClasses * 3, kSteps},
             {size_t{16} * 16 * kClasses, kSteps},
             {size_t{kBlock} * 81, kSteps},
             {size_t{kClasses} * kBlock, kSteps}},
      first_{EstimateTable{kClasses, kSteps},
             {kClasses, kSteps},
             {kBlock, kSteps},
             {size_t{kClasses} * kClasses, kSteps},
             {size_t{kClasses} * kClasses, kSteps},
             {size_t{kClasses} * 16, kSteps},
             {size_t{kClasses} * kClasses, kSteps},
             {kClasses, kSteps}},
      signs_{EstimateTable{size_t{kBlock} * kSignClasses * 3, 1},
             {size_t{kBlock} * kSignClasses * 3, 1},
             {size_t{kSignClasses} * kSignClasses * 3, 1},
             {size_t{kBlock} * 27, 1}} {
  last_weights_.fill(first_weights<kMixed>(2));
  for (auto& of : size_weights_) of.fill(first_weights<kMixed>(2));
  first_weights_.fill(first_weights<kMixed>(2));
  more_last_weights_ = {};
  for (auto& of : more_size_weights_) of.fill({});
  for (auto& of : more_first_weights_) of.fill({});
  more_sign_weights_.fill({});
  sign_weights_.fill(first_weights<kMixedSigns>(1.2f));
}

uint64_t BlockModels::bytes() {
  static const uint64_t bytes = [] {
    const BlockModels models;
    uint64_t sum = sizeof(models);
    for (const auto* tables : {&models.last_, &models.sizes_, &models.first_}) {
      for (const EstimateTable& table : *tables) sum += table.bytes();
    }
    for (const EstimateTable& table : models.signs_) sum += table.bytes();
    return sum;
  }();
  return bytes;
}

}  // namespace laq::jpeg
