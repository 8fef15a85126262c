#include "blocks/block_code.h"

#include <cassert>
#include <cmath>

#include "blocks/block_levels.h"

namespace laq {

const uint8_t* levels_of_width(int width) {
  switch (width) {
    case 1:
      return levels<1>().data();
    case 2:
      return levels<2>().data();
    case 3:
      return levels<3>().data();
    case 4:
      return levels<4>().data();
    case 5:
      return levels<5>().data();
    default:
      assert(width == 6);
      return levels<6>().data();
  }
}

float unit_of_scale(int scale, int exponent) {
  return scale == 0 ? 0.0f : power_of_sixths(scale, exponent);
}

float power_of_sixths(int scale, int exponent) {
  // 2^(i / 6), the nearest floats.
  constexpr std::array<float, 6> kSixths = {1.0f, 1.12246203f, 1.25992107f, 1.41421354f, 1.58740103f, 1.78179741f};
  const int sixths = scale - 255 + 6 * 64;  // above zero, so that the division rounds down
  return std::ldexp(kSixths[static_cast<size_t>(sixths % 6)], sixths / 6 - 64 + exponent);
}

}  // namespace laq
