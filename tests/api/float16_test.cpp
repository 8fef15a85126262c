// Float16 and BFloat16: every number is exact as a double, and every double rounds to the nearest number.
#include <laq/float16.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace laq {
namespace {

template <class Float>
Float from_bits(uint32_t bits) {
  return std::bit_cast<Float>(static_cast<uint16_t>(bits));
}
template <class Float>
uint16_t bits_of(double value) {
  return std::bit_cast<uint16_t>(Float(value));
}

TEST_CASE("binary16 has the numbers of IEEE 754") {
  const auto value_of = [](uint32_t bits) { return static_cast<double>(from_bits<Float16>(bits)); };
  CHECK(value_of(0x3c00) == 1);
  CHECK(value_of(0xc000) == -2);
  CHECK(value_of(0x7bff) == 65504);
  CHECK(value_of(0x0400) == 0x1p-14);
  CHECK(value_of(0x0001) == 0x1p-24);
  CHECK(value_of(0xfc00) == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(value_of(0x7e01)));
  CHECK(bits_of<Float16>(65519.99) == 0x7bff);
  CHECK(bits_of<Float16>(65520) == 0x7c00);
  CHECK(bits_of<Float16>(-1e300) == 0xfc00);
  CHECK(bits_of<Float16>(1e-300) == 0);
}

TEST_CASE("bfloat16 is the upper half of a float") {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto whole = static_cast<double>(std::bit_cast<float>(bits << 16));
    const auto half = static_cast<double>(from_bits<BFloat16>(bits));
    if (!(half == whole || (std::isnan(half) && std::isnan(whole)))) CHECK_MESSAGE(half == whole, bits);
  }
  CHECK(bits_of<BFloat16>(0x1.fefp127) == 0x7f7f);
  CHECK(bits_of<BFloat16>(0x1.ffp127) == 0x7f80);
}

TEST_CASE_TEMPLATE("every number of 16 bits survives as a double", Float, Float16, BFloat16) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto value = static_cast<double>(from_bits<Float>(bits));
    if (std::isnan(value)) {
      CHECK(std::isnan(static_cast<double>(Float(value))));
    } else if (bits_of<Float>(value) != bits) {
      CHECK(bits_of<Float>(value) == bits);
    }
  }
}

TEST_CASE_TEMPLATE("a double between two numbers rounds to the nearer one, in the middle to the even one", Float,
                   Float16, BFloat16) {
  const uint32_t greatest = bits_of<Float>(Float::kGreatest);
  for (uint32_t bits = 0; bits < greatest; ++bits) {
    const auto below = static_cast<double>(from_bits<Float>(bits)),
               above = static_cast<double>(from_bits<Float>(bits + 1));
    const double middle = 0.5 * (below + above);
    const bool is_right = bits_of<Float>(std::nextafter(middle, 0)) == bits &&
                          bits_of<Float>(std::nextafter(middle, 1e300)) == bits + 1 &&
                          bits_of<Float>(middle) == (bits % 2 == 0 ? bits : bits + 1) &&
                          bits_of<Float>(-middle) == (bits_of<Float>(middle) | 0x8000);
    if (!is_right) CHECK_MESSAGE(is_right, bits);
  }
}

}  // namespace
}  // namespace laq
