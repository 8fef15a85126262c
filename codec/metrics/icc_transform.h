// ICC profiles as transforms of encoded samples to linear light of the sRGB primaries, by Little CMS.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/plane.h"
#include "laq/laq.hpp"

namespace laq {

class IccTransform {
 public:
  // Null where the profile says no more than sRGB (its curve alone, where the picture is gray). Errors:
  // invalid_argument for a profile that is damaged or for another number of colours; unsupported for any profile other
  // than sRGB where the library was built without Little CMS.
  static Result<std::unique_ptr<const IccTransform>> of(std::span<const std::byte> icc, bool is_gray);
  ~IccTransform();

  // In place, `width` pixels: rows 0, 1, 2 are red, green and blue; row 0 is gray.
  void apply(Plane<float>& row, int width) const;

 private:
  struct State;
  explicit IccTransform(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace laq
