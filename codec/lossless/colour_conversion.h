// Conversions of luma and two chromas of 8 bits to red, green and blue, as programs that decode photographs compute
// them. A converted picture has only colours that the conversion can give: one in four (JFIF) or one in nine (Photo
// CD). Its luma and chromas take fewer bits.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace laq::lossless {

// Their order is their number in streams.
enum class Conversion : uint8_t {
  jfif,      // as libjpeg converts (JFIF 1.02; ITU-R BT.601)
  photo_cd,  // Kodak's YCC; chromas C2, C1
};
inline constexpr int kConversions = 2;

// A pixel before the conversion, in the order of red, green and blue, to which its parts are closest.
struct LumaChroma {
  int red_chroma, luma, blue_chroma;  // 0 .. 255
};
using Rgb = std::array<int, 3>;

constexpr int clamp_to_byte(int value) {
  return std::clamp(value, 0, 255);
}

constexpr Rgb rgb_of_jfif(const LumaChroma& from) {
  const int luma = from.luma, red = from.red_chroma - 128, blue = from.blue_chroma - 128;
  constexpr int kHalf = 1 << 15;
  return {clamp_to_byte(luma + ((91881 * red + kHalf) >> 16)),
          clamp_to_byte(luma + ((-46802 * red - 22554 * blue + kHalf) >> 16)),
          clamp_to_byte(luma + ((116130 * blue + kHalf) >> 16))};
}

// The largest integer that is not above a value in 1/10000. value: above -1000 * 10000.
constexpr int floor_of_decimal(int value) {
  constexpr unsigned kUnit = 10000, kBias = 1000;
  return static_cast<int>((static_cast<unsigned>(value) + kBias * kUnit) / kUnit) - static_cast<int>(kBias);
}

constexpr Rgb rgb_of_photo_cd(const LumaChroma& from) {
  const int luma = 13584 * from.luma, red = 18215 * (from.red_chroma - 137), blue = 22179 * (from.blue_chroma - 156);
  return {clamp_to_byte(floor_of_decimal(luma + red)),
          clamp_to_byte(floor_of_decimal(luma - 5090 * floor_of_decimal(red) - 1940 * floor_of_decimal(blue))),
          clamp_to_byte(floor_of_decimal(luma + blue))};
}

constexpr Rgb rgb_of(Conversion conversion, const LumaChroma& from) {
  return conversion == Conversion::jfif ? rgb_of_jfif(from) : rgb_of_photo_cd(from);
}

}  // namespace laq::lossless
