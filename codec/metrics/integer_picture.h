// Pictures of floating-point samples as the measures see them. Linear light becomes 16-bit samples by the curve of PQ
// (SMPTE ST 2084, ITU-R BT.2100), where 1 is 203 cd/m2 (ITU-R BT.2408): what is below 0 or no number becomes 0, and
// what is above 10000 cd/m2 that. Samples of another transfer are limited to 0..1.
#pragma once

#include <optional>

#include "laq/laq.hpp"

namespace laq {

class IntegerPicture {
 public:
  // picture: has been checked, and outlives this. May throw std::bad_alloc.
  explicit IntegerPicture(const PictureView& picture);

  PictureView view() const { return converted_ ? converted_->view() : given_; }

 private:
  PictureView given_;
  std::optional<Picture> converted_;
};

}  // namespace laq
