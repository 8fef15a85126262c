// Encoded pixels of a picture, blended over a background, for the measures that do not look at light.
#pragma once

#include <array>
#include <cstdint>

#include <laq/laq.hpp>

namespace laq {

class EncodedPixels {
 public:
  // The samples of the picture must stay where they are. background: what shows through alpha, 0..1.
  EncodedPixels(const PictureView& picture, float background) : picture_(picture), background_(background) {}

  // Red, green and blue of row y, 0..1; gray gives three equal rows. out: `width` numbers each.
  void read_row(uint32_t y, const std::array<double*, 3>& out) const;

 private:
  template <class Sample>
  void read(uint32_t y, const std::array<double*, 3>& out) const;

  PictureView picture_;
  double background_;
};

// ITU-R BT.709: luma from red, green and blue, and the divisors that bring B - Y and R - Y to -0.5..0.5.
inline constexpr double kLumaRed = 0.2126, kLumaGreen = 0.7152, kLumaBlue = 0.0722;
inline constexpr double kBlueDifference = 1.8556, kRedDifference = 1.5748;

}  // namespace laq
