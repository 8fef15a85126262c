#include "io/picture/transfer.h"

#include <algorithm>
#include <cmath>

namespace laq::io {

std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene) {
  constexpr double kPeak = 1000, kGamma = 1.2;  // cd/m2, and the system gamma at this peak
  const double luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
  const double gain = kPeak / kReferenceWhite * std::pow(std::max(luminance, 0.0), kGamma - 1);
  return {gain * scene[0], gain * scene[1], gain * scene[2]};
}

}  // namespace laq::io
