// Float16: every number is exact as a double, and every double rounds to the nearest number.
#include "base/float16.h"

#include <cstring>
#include <limits>

#include <doctest/doctest.h>

namespace laq {
namespace {

Float16 from_bits(uint16_t bits) {
  return std::bit_cast<Float16>(bits);
}
uint16_t bits_of(double value) {
  return std::bit_cast<uint16_t>(Float16(value));
}

TEST_CASE("binary16 has the numbers of IEEE 754") {
  CHECK(static_cast<double>(from_bits(0x3c00)) == 1);
  CHECK(static_cast<double>(from_bits(0xc000)) == -2);
  CHECK(static_cast<double>(from_bits(0x7bff)) == 65504);
  CHECK(static_cast<double>(from_bits(0x0400)) == 0x1p-14);
  CHECK(static_cast<double>(from_bits(0x0001)) == 0x1p-24);
  CHECK(static_cast<double>(from_bits(0xfc00)) == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(static_cast<double>(from_bits(0x7e01))));
}

TEST_CASE("every number of binary16 survives as a double") {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto value = static_cast<double>(from_bits(static_cast<uint16_t>(bits)));
    if (std::isnan(value)) {
      CHECK(std::isnan(static_cast<double>(Float16(value))));
    } else if (bits_of(value) != bits) {
      CHECK(bits_of(value) == bits);
    }
  }
}

TEST_CASE("a double between two numbers of binary16 rounds to the nearer one, in the middle to the even one") {
  for (uint16_t bits = 0; bits < 0x7bff; ++bits) {
    const auto below = static_cast<double>(from_bits(bits)), above = static_cast<double>(from_bits(bits + 1));
    const double middle = 0.5 * (below + above);
    const bool is_right =
        bits_of(std::nextafter(middle, 0)) == bits && bits_of(std::nextafter(middle, 1e9)) == bits + 1 &&
        bits_of(middle) == (bits % 2 == 0 ? bits : bits + 1) && bits_of(-middle) == (bits_of(middle) | 0x8000);
    if (!is_right) CHECK_MESSAGE(is_right, bits);
  }
  CHECK(bits_of(65519.99) == 0x7bff);
  CHECK(bits_of(65520) == 0x7c00);
  CHECK(bits_of(-1e300) == 0xfc00);
  CHECK(bits_of(1e-300) == 0);
}

}  // namespace
}  // namespace laq
