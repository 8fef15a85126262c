#include "io/picture/transfer.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace laq::io {

uint8_t code_point_of(const Primaries& primaries) {
  const auto is_near = [](const float(&a)[2], const float(&b)[2]) {
    constexpr float kNear = 0.002F;
    return std::abs(a[0] - b[0]) < kNear && std::abs(a[1] - b[1]) < kNear;
  };
  for (const Primaries& known : kKnownPrimaries) {
    if (is_near(primaries.red, known.red) && is_near(primaries.green, known.green) &&
        is_near(primaries.blue, known.blue) && is_near(primaries.white, known.white))
      return known.code_point;
  }
  return 0;
}

const Primaries* primaries_of(uint8_t code_point) {
  const auto* const known = std::ranges::find(kKnownPrimaries, code_point, &Primaries::code_point);
  return known == std::end(kKnownPrimaries) ? nullptr : known;
}

std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene) {
  constexpr double kPeak = 1000, kGamma = 1.2;  // cd/m2, and the system gamma at this peak
  const double luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
  const double gain = kPeak / kReferenceWhite * std::pow(std::max(luminance, 0.0), kGamma - 1);
  return {gain * scene[0], gain * scene[1], gain * scene[2]};
}

}  // namespace laq::io
