// Floating-point numbers of 16 bits (IEEE 754 binary16): 1 bit of sign, 5 of exponent, 10 of fraction.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace laq {

class Float16 {
 public:
  static constexpr double kGreatest = 65504;  // of the finite numbers
  static constexpr int kFractionBits = 10, kLeastExponent = -14;

  Float16() = default;
  // The nearest number, of two equally near ones the one whose last bit is 0. What rounds beyond the greatest becomes
  // infinite. NaN stays NaN and keeps the first bits of its fraction.
  explicit Float16(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    const auto sign = static_cast<uint16_t>(bits >> 48 & 0x8000);
    const double size = std::fabs(value);
    if (!(size < kGreatest + 16)) {  // half a step beyond the greatest
      const auto fraction = static_cast<uint16_t>(bits >> 42 & 0x3ff);
      const bool is_nan = std::isnan(value);
      bits_ = sign | 0x7c00 | (is_nan ? std::max<uint16_t>(fraction, 1) : 0);
      return;
    }
    // In units of the last bit, the number is an integer. Numbers below the least normal one have its unit.
    const int exponent = std::max(static_cast<int>(bits >> 52 & 0x7ff) - 1023, kLeastExponent);
    constexpr double kRounds = 0x1p52;  // added, it leaves integers
    const double units = (size * power_of(kFractionBits - exponent) + kRounds) - kRounds;
    // The exponent's field begins at 1 for normal numbers, whose first bit adds 1 to it.
    bits_ = sign | static_cast<uint16_t>(((exponent - kLeastExponent) << kFractionBits) + static_cast<int>(units));
  }

  explicit operator double() const {
    const int exponent = bits_ >> kFractionBits & 0x1f, fraction = bits_ & 0x3ff;
    if (exponent == 0x1f) {
      const uint64_t sign = uint64_t{bits_ & 0x8000u} << 48;
      return std::bit_cast<double>(sign | 0x7ff0000000000000 | static_cast<uint64_t>(fraction) << 42);
    }
    const int first = exponent > 0 ? 1 << kFractionBits : 0;
    const double size = (first + fraction) * power_of(std::max(exponent, 1) - 1 + kLeastExponent - kFractionBits);
    return (bits_ & 0x8000) != 0 ? -size : size;
  }

 private:
  // 2^exponent, of a normal double.
  static double power_of(int exponent) { return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52); }

  uint16_t bits_ = 0;
};
static_assert(sizeof(Float16) == 2);

}  // namespace laq
