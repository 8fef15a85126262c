// Colours for numbers: maps of one sign, maps around zero, and shades.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace laq::compare {

struct Colour {
  uint8_t red, green, blue;
};

inline Colour mixed(const Colour& a, const Colour& b, double share) {
  const auto mix = [share](uint8_t x, uint8_t y) { return static_cast<uint8_t>(std::lround(x + (y - x) * share)); };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

// From dark blue by green to yellow. share: 0 .. 1; beyond it the ends stand.
inline Colour heat(double share) {
  constexpr Colour kLow{38, 28, 92}, kMiddle{33, 144, 141}, kHigh{253, 231, 76};
  share = std::clamp(share, 0.0, 1.0);
  return share < 0.5 ? mixed(kLow, kMiddle, 2 * share) : mixed(kMiddle, kHigh, 2 * share - 1);
}

// From blue by white to red. share: -1 .. 1; beyond it the ends stand.
inline Colour signed_heat(double share) {
  constexpr Colour kNone{250, 250, 250}, kBelow{30, 80, 190}, kAbove{200, 45, 30};
  share = std::clamp(share, -1.0, 1.0);
  return mixed(kNone, share < 0 ? kBelow : kAbove, share < 0 ? -share : share);
}

inline Colour gray(double share) {
  return mixed({0, 0, 0}, {255, 255, 255}, std::clamp(share, 0.0, 1.0));
}

}  // namespace laq::compare
