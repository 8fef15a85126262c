// Logarithms and powers of our own against the standard library's.
#include "base/binary_logarithm.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace laq;

TEST_CASE("logarithms of all positive numbers are within 1e-15 of the library's") {
  std::mt19937_64 random(1);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::bit_cast<double>(random() % 0x7ff0000000000000u);
    if (x == 0) continue;
    const double expected = std::log2(x);
    worst = std::max(worst, std::fabs(binary_logarithm(x) - expected) / std::max(1.0, std::fabs(expected)));
  }
  for (int i = 0; i < 200000; ++i) {  // near 1, where they are small
    const double x = 0.5 + static_cast<double>(random() >> 11) * 0x1p-53 * 1.5;
    worst = std::max(worst, std::fabs(binary_logarithm(x) - std::log2(x)));
  }
  CHECK(worst < 1e-15);
  for (int exponent = -1074; exponent < 1024; ++exponent)
    CHECK(binary_logarithm(std::ldexp(1.0, exponent)) == exponent);
}

TEST_CASE("powers of two are within 1e-15 of the library's, and end as numbers do") {
  std::mt19937_64 random(2);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = (static_cast<double>(random() >> 11) * 0x1p-53 - 0.5) * 2 * 1022, expected = std::exp2(x);
    worst = std::max(worst, std::fabs(power_of_two(x) - expected) / expected);
  }
  CHECK(worst < 1e-15);
  for (int exponent = -1074; exponent < 1024; ++exponent) CHECK(power_of_two(exponent) == std::ldexp(1.0, exponent));
  CHECK(power_of_two(-1200) == 0);
  CHECK(power_of_two(1024) == std::numeric_limits<double>::infinity());
  CHECK(power_of_two(1e300) == std::numeric_limits<double>::infinity());
  CHECK(power_of_two(-std::numeric_limits<double>::infinity()) == 0);
  CHECK(power_of_two(std::numeric_limits<double>::quiet_NaN()) == 0);
}

TEST_CASE("the bits are those of every machine") {
  // FNV-1a over results, as of IEEE arithmetic in the order of the source.
  const auto hash_of = [](auto&& f) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 1; i <= 1000; ++i) {
      const auto bits = std::bit_cast<uint64_t>(f(i));
      for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ (bits >> shift & 0xff)) * 0x100000001b3u;
    }
    return hash;
  };
  CHECK(hash_of([](int i) { return power_of_two(i * 0.731 - 400); }) == 6667745265237951594u);
  CHECK(hash_of([](int i) { return binary_logarithm(i * 0.0137); }) == 12169595228781774098u);
}
