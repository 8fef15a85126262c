#include "io/picture/transfer.h"

#include <algorithm>
#include <cmath>

namespace laq::io {
namespace {

constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;

double pq_light(double signal) {
  const double root = std::pow(signal, 1 / kM2);
  return std::pow(std::max(root - kC1, 0.0) / (kC2 - kC3 * root), 1 / kM1) * kPqPeak / kReferenceWhite;
}

double hlg_scene_light(double signal) {
  constexpr double kA = 0.17883277, kB = 1 - 4 * kA, kC = 0.55991073;
  return signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - kC) / kA) + kB) / 12;
}

double srgb_light(double signal) {
  return signal <= 0.04045 ? signal / 12.92 : std::pow((signal + 0.055) / 1.055, 2.4);
}

double bt709_light(double signal) {
  return signal < 0.081 ? signal / 4.5 : std::pow((signal + 0.099) / 1.099, 1 / 0.45);
}

}  // namespace

double pq_signal(double light) {
  const double power = std::pow(light * kReferenceWhite / kPqPeak, kM1);
  return std::pow((kC1 + kC2 * power) / (1 + kC3 * power), kM2);
}

bool is_known_transfer(uint8_t transfer) {
  static constexpr std::array<uint8_t, 10> kKnown = {1, 4, 5, 6, 8, 13, 14, 15, 16, 18};
  return std::ranges::find(kKnown, transfer) != kKnown.end();
}

double light_of(double signal, uint8_t transfer) {
  switch (transfer) {
    case 1:
    case 6:
    case 14:
    case 15:
      return bt709_light(signal);
    case 4:
      return std::pow(signal, 2.2);
    case 5:
      return std::pow(signal, 2.8);
    case 8:
      return signal;
    case kTransferPq:
      return pq_light(signal);
    case kTransferHlg:
      return hlg_scene_light(signal);
    default:
      return srgb_light(signal);
  }
}

std::array<double, 3> hlg_display_light(const std::array<double, 3>& scene) {
  constexpr double kPeak = 1000, kGamma = 1.2;  // cd/m2, and the system gamma at this peak
  const double luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
  const double gain = kPeak / kReferenceWhite * std::pow(luminance, kGamma - 1);
  return {gain * scene[0], gain * scene[1], gain * scene[2]};
}

}  // namespace laq::io
