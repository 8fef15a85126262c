// What prediction modes cost with the models as they stand: code_mode() priced for all modes at once.
#pragma once

#include <array>

#include "picture/syntax/syntax.h"

namespace laq::picture {

class ModePrices {
 public:
  using Bits = std::array<float, kModes>;

  // To be called once for each superblock.
  void update(PictureModels& models);

  // The prices of all modes for a block whose likely modes these are.
  Bits bits(const LikelyModes& likely) const;

 private:
  Bits unlikely_;  // without the decisions that it is none of the likely ones
  std::array<std::array<std::array<float, 2>, kLikelyModes>, 3> likely_;  // [agreement][rank][is it]
};

}  // namespace laq::picture
