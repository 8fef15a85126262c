#include "base/binary_logarithm.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace laq {
namespace {

constexpr double kLn2 = 0.69314718055994530942;

// 2^exponent, a normal number.
double power(int exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

}  // namespace

// The mantissa m is brought within sqrt(1/2) .. sqrt(2); its logarithm is a series in z = (m - 1) / (m + 1):
//   ln m = 2 atanh z = 2 (z + z^3 / 3 + z^5 / 5 ...)
double binary_logarithm(double x) {
  constexpr int kTerms = 11;  // z is at most 0.172, so the next one is below 1e-18
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & ((uint64_t{1} << 52) - 1)) | (uint64_t{1023} << 52));
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double z = (mantissa - 1) / (mantissa + 1), square = z * z;
  double sum = 0;
  for (int k = kTerms - 1; k >= 0; --k) sum = sum * square + 1.0 / (2 * k + 1);
  return exponent + 2 / kLn2 * z * sum;
}

// The power of the fraction f, which is within -1/2 .. 1/2, is exp(f ln 2) by its series.
double power_of_two(double x) {
  static constexpr int kTerms = 15;  // f ln 2 is at most 0.347, so the next one is below 1e-19
  static constexpr std::array<double, kTerms> kReciprocals = [] {
    std::array<double, kTerms> reciprocals{};
    for (int k = 1; k < kTerms; ++k) reciprocals[k] = 1.0 / k;
    return reciprocals;
  }();
  if (!(x > -1080)) return 0;
  if (x >= 1024) return std::numeric_limits<double>::infinity();
  const double whole = std::floor(x + 0.5), y = (x - whole) * kLn2;
  double sum = 1;
  for (int k = kTerms - 1; k >= 1; --k) sum = sum * (y * kReciprocals[k]) + 1;
  const int exponent = static_cast<int>(whole), half = exponent / 2;
  return sum * power(half) * power(exponent - half);
}

}  // namespace laq
