// Floating-point numbers of 16 bits, as arrays and tensors hold them. A double holds every one of them exactly.
//   laq::Float16   IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction
//   laq::BFloat16  the upper half of an IEEE 754 binary32: 1 bit of sign, 8 of exponent, 7 of fraction
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace laq {

template <int kExponent, int kFraction>
class SmallFloat {
 public:
  static constexpr int kFractionBits = kFraction;
  // The exponents of the least and the greatest normal numbers.
  static constexpr int kLeastExponent = 2 - (1 << (kExponent - 1)), kMostExponent = 1 - kLeastExponent;
  static constexpr double kMostPower = std::bit_cast<double>(uint64_t{1023 + kMostExponent} << 52);
  static constexpr double kGreatest = (2 - 1.0 / (1 << kFraction)) * kMostPower;  // of the finite numbers

  SmallFloat() = default;
  // The nearest number, of two equally near ones the one whose last bit is 0. What rounds beyond the greatest becomes
  // infinite. NaN stays NaN and keeps the first bits of its fraction.
  explicit SmallFloat(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    const auto sign = static_cast<uint16_t>(bits >> 48 & 0x8000);
    const double size = std::fabs(value);
    if (!(size < kOverflow)) {
      const auto fraction = static_cast<uint16_t>(bits >> (52 - kFraction) & kFractionMask);
      const bool is_nan = std::isnan(value);
      bits_ = sign | kInfinity | (is_nan ? std::max<uint16_t>(fraction, 1) : 0);
      return;
    }
    // In units of the last bit, the number is an integer. Numbers below the least normal one have its unit.
    const int exponent = std::max(static_cast<int>(bits >> 52 & 0x7ff) - 1023, kLeastExponent);
    constexpr double kRounds = 0x1p52;  // a sum with it has no fraction
    const double units = (size * power_of(kFraction - exponent) + kRounds) - kRounds;
    // The exponent's field begins at 1 for normal numbers, whose first bit adds 1 to it.
    bits_ = sign | static_cast<uint16_t>(((exponent - kLeastExponent) << kFraction) + static_cast<int>(units));
  }

  explicit operator double() const {
    const int exponent = bits_ >> kFraction & kExponentMask, fraction = bits_ & kFractionMask;
    if (exponent == kExponentMask) {
      const uint64_t sign = uint64_t{bits_ & 0x8000u} << 48;
      return std::bit_cast<double>(sign | 0x7ff0000000000000 | static_cast<uint64_t>(fraction) << (52 - kFraction));
    }
    const int first = exponent > 0 ? 1 << kFraction : 0;
    const double size = (first + fraction) * power_of(std::max(exponent, 1) - 1 + kLeastExponent - kFraction);
    return (bits_ & 0x8000) != 0 ? -size : size;
  }
  explicit operator long double() const { return static_cast<double>(*this); }

 private:
  static constexpr int kExponentMask = (1 << kExponent) - 1, kFractionMask = (1 << kFraction) - 1;
  static constexpr uint16_t kInfinity = kExponentMask << kFraction;
  static constexpr double kOverflow = (2 - 0.5 / (1 << kFraction)) * kMostPower;  // half a step beyond the greatest

  // 2^exponent, of a normal double.
  static double power_of(int exponent) { return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52); }

  uint16_t bits_ = 0;
};

using Float16 = SmallFloat<5, 10>;
using BFloat16 = SmallFloat<8, 7>;
static_assert(sizeof(Float16) == 2 && sizeof(BFloat16) == 2);
static_assert(Float16::kGreatest == 65504 && BFloat16::kGreatest == 0x1.fep127);

}  // namespace laq
