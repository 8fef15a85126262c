// Half: a floating-point number of 16 bits (binary16 of IEEE 754). A double holds every one of them exactly. The
// command has a type of its own, as that of the library is internal.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace laq::io {

class Half {
 public:
  Half() = default;

  // The nearest one, ties to even.
  explicit Half(double value) {
    const double size = std::abs(value);
    if (std::isnan(value)) {
      bits_ = kInfinity | 0x200;
    } else if (size >= 65520) {
      bits_ = kInfinity;
    } else if (size < 0x1p-14) {
      bits_ = static_cast<uint16_t>(std::nearbyint(size * 0x1p24));
    } else {
      const int exponent = std::ilogb(size);
      // A fraction that is rounded up to 2 carries into the exponent.
      bits_ = static_cast<uint16_t>(((exponent + 14) << 10) + std::lrint(std::ldexp(size, 10 - exponent)));
    }
    if (std::signbit(value)) bits_ |= 0x8000;
  }

  explicit operator double() const {
    const int exponent = bits_ >> 10 & 31, fraction = bits_ & 0x3ff;
    double size = 0;
    if (exponent == 31) {
      size = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    } else {
      size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    }
    return bits_ & 0x8000 ? -size : size;
  }

  explicit operator long double() const { return static_cast<double>(*this); }

 private:
  static constexpr uint16_t kInfinity = 0x7c00;
  uint16_t bits_ = 0;
};

}  // namespace laq::io
