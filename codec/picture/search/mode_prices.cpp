#include "picture/search/mode_prices.h"

#include "entropy/coder.h"

namespace laq::picture {

void ModePrices::update(PictureModels& models) {
  for (int mode = 0; mode < kModes; ++mode) {
    PriceCounter counter;
    code_unlikely_mode(counter, models, mode);
    unlikely_[mode] = counter.total_bits();
  }
  for (size_t agreement = 0; agreement < likely_.size(); ++agreement) {
    for (int rank = 0; rank < kLikelyModes; ++rank) {
      for (const bool is_it : {false, true}) {
        likely_[agreement][rank][is_it] = price_in_bits(models.likely_mode[agreement][rank], is_it);
      }
    }
  }
}

ModePrices::Bits ModePrices::bits(const LikelyModes& likely) const {
  std::array<float, kLikelyModes> listed;
  float before = 0;  // not one of the ranks so far
  for (int rank = 0; rank < kLikelyModes; ++rank) {
    const auto& [no, yes] = likely_[likely.agreement][rank];
    listed[rank] = before + yes;
    before += no;
  }
  Bits bits;
  for (int mode = 0; mode < kModes; ++mode) bits[mode] = before + unlikely_[mode];
  for (int rank = 0; rank < kLikelyModes; ++rank) bits[likely.list[rank]] = listed[rank];
  return bits;
}

}  // namespace laq::picture
