// Bounds on errors: they hold to the last bit, and fine ones cost what they ask for.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk.h"
#include "base/element.h"
#include "base/exact_bound.h"

using namespace laq;
using namespace laq::array;

namespace {

constexpr double kDenormal = std::numeric_limits<double>::denorm_min();

template <class T>
constexpr ElementType kTypeOf = std::is_same_v<T, float> ? ElementType::float32 : ElementType::float64;

__extension__ using Wide = __int128;

// An exact comparison of numbers of 53 bits whose exponents are alike: as integers in units of 2^exponent.
Wide in_units(double value, int exponent) {
  const double scaled = std::ldexp(value, -exponent);
  REQUIRE(scaled == std::nearbyint(scaled));
  return static_cast<Wide>(scaled);
}

template <class T>
std::vector<double> decoded(const std::vector<T>& values, const ArrayTarget& target, const std::vector<uint64_t>& shape,
                            int effort, size_t* size = nullptr) {
  const auto file = encode({kTypeOf<T>, shape, values.data()}, {.target = target, .threads = 1, .effort = effort});
  REQUIRE(file.ok());
  if (size != nullptr) *size = file->size();
  const auto again = decode_array(*file);
  REQUIRE(again.ok());
  return values_of(kTypeOf<T>, again->data);
}

}  // namespace

TEST_CASE("differences at the bound are told from those a hair beyond it") {
  CHECK(is_within(1.0, 0.75, 0.25));
  CHECK_FALSE(is_within(1.0, std::nextafter(0.75, 0), 0.25));
  // 1 + 2^-60 is rounded to 1 as a difference, and is beyond a bound of 1.
  CHECK(is_within(1.0, 0x1p-60, 1.0));
  CHECK_FALSE(is_within(1.0, -0x1p-60, 1.0));
  CHECK_FALSE(is_within(-1.0, 0x1p-60, 1.0));
  CHECK_FALSE(is_within(-0x1p-60, 1.0, 1.0));
  CHECK(is_within(0x1p-60, 1.0, 1.0));
  CHECK(is_within(3 * kDenormal, kDenormal, 2 * kDenormal));
  CHECK_FALSE(is_within(4 * kDenormal, kDenormal, 2 * kDenormal));
  CHECK_FALSE(is_within(std::numeric_limits<double>::quiet_NaN(), 0, 1));

  // A third of three least numbers: 1/3 as a double is less than a third.
  CHECK_FALSE(is_within_share(3 * kDenormal, 2 * kDenormal, 1.0 / 3));
  CHECK(is_within_share(3 * kDenormal, 2 * kDenormal, std::nextafter(1.0 / 3, 1)));
  CHECK_FALSE(is_within_share(-3.0, -2.0, 1.0 / 3));
  CHECK(is_within_share(-3.0, -2.0, std::nextafter(1.0 / 3, 1)));
  CHECK(is_within_share(1e-300, 1e-300, 1e-300));
  CHECK_FALSE(is_within_share(1e300, std::nextafter(1e300, 0), 1e-300));
}

TEST_CASE("a bound holds to the last bit among the least numbers of a type") {
  std::mt19937 random(4);
  const auto check = [&](auto least, int exponent) {
    using T = decltype(least);
    for (int i = 0; i < 60; ++i) {
      const uint32_t largest = 1u << (1 + random() % 30);
      std::vector<T> values(600);
      for (size_t k = 0; k < values.size(); ++k) {
        const double wave = std::sin(static_cast<double>(k) * 0.05) * largest * 0.5;
        const double units = i % 2 == 0 ? random() % largest : std::nearbyint(wave) + random() % 5;
        values[k] = static_cast<T>(units) * least * (random() % 8 == 0 ? T{-1} : T{1});
      }
      const double bound = static_cast<double>(1 + random() % (2 + largest / 64)) * static_cast<double>(least);
      const std::vector<uint64_t> shape = i % 3 == 0 ? std::vector<uint64_t>{20, 30} : std::vector<uint64_t>{600};
      const auto again = decoded(values, {ArrayTargetKind::max_error, bound}, shape, i % 3 == 1 ? 8 : 5);
      Wide worst = 0;
      for (size_t k = 0; k < values.size(); ++k) {
        const Wide error = in_units(values[k], exponent) - in_units(again[k], exponent);
        worst = std::max(worst, error < 0 ? -error : error);
      }
      CHECK(worst <= in_units(bound, exponent));
    }
  };
  check(std::numeric_limits<float>::denorm_min(), -149);
  check(std::numeric_limits<double>::denorm_min(), -1074);
}

TEST_CASE("a bound holds to the last bit where differences of elements are rounded") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 40; ++i) {
    std::vector<double> values(900);
    // Multiples of 2^-80 up to 2^20 times as large, and few distinct ones now and then.
    for (double& value : values) {
      const int shift = static_cast<int>(random() % 60);
      value = std::ldexp(static_cast<double>(static_cast<int64_t>(random()) >> (11 + shift % 50)), -80);
      if (i % 4 == 0) value = std::ldexp(static_cast<double>(random() % 5) * 0x1.23456789abcdep50, -80);
    }
    const double bound = std::ldexp(static_cast<double>(random() >> (12 + i)), -80);
    if (bound == 0) continue;
    const auto again = decoded(values, {ArrayTargetKind::max_error, bound}, {30, 30}, i % 2 == 0 ? 5 : 9);
    bool is_kept = true;
    for (size_t k = 0; k < values.size(); ++k) {
      const auto rounded = std::ldexp(again[k], 80 + 40);
      if (rounded != std::nearbyint(rounded)) continue;  // beyond the exact comparison
      const Wide error = in_units(values[k], -120) - in_units(again[k], -120);
      is_kept = is_kept && (error < 0 ? -error : error) <= in_units(bound, -120);
    }
    CHECK(is_kept);
  }
}

TEST_CASE("a bound relative to each element holds to the last bit among the least numbers") {
  std::mt19937 random(8);
  const auto check = [&](auto least, int exponent) {
    using T = decltype(least);
    for (int i = 0; i < 60; ++i) {
      const uint32_t largest = 1u << (1 + random() % 20);
      std::vector<T> values(400);
      for (T& value : values) value = static_cast<T>(random() % largest) * least * (random() % 2 != 0 ? T{-1} : T{1});
      const double shares[] = {1.0 / 3, 0.1, 0.5, 0.7, 1.0 / 7, 0.01, 2.0 / 3, 1 - 0x1p-53};
      const double share = shares[i % std::size(shares)];
      const auto again = decoded(values, {ArrayTargetKind::pointwise_relative, share}, {400}, 5);
      bool is_kept = true;
      for (size_t k = 0; k < values.size(); ++k) {
        const Wide value = in_units(values[k], exponent), error = value - in_units(again[k], exponent);
        // Both sides of |error| <= share |value|, times 2^60.
        const auto whole = static_cast<Wide>(std::ldexp(share, 60));
        is_kept = is_kept && ((error < 0 ? -error : error) << 60) <= whole * (value < 0 ? -value : value);
      }
      CHECK(is_kept);
    }
  };
  check(std::numeric_limits<float>::denorm_min(), -149);
  check(std::numeric_limits<double>::denorm_min(), -1074);
}

TEST_CASE("a bound relative to the range holds as a product and as a quotient of doubles") {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    std::vector<double> values(64);
    for (double& value : values) value = static_cast<double>(random()) * 1e-5;
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    const double range = *greatest - *least, share = 0.001 * (1 + random() % 400);
    const auto again = decoded(values, {ArrayTargetKind::max_relative_error, share}, {64}, 2);
    double worst = 0;
    for (size_t k = 0; k < values.size(); ++k) worst = std::max(worst, std::fabs(values[k] - again[k]));
    CHECK(worst <= share * range);
    CHECK(worst / range <= share);
  }
  // 0.3 of a range of 10 is an error of 3, though 0.3 is a little less as a double.
  const std::vector<int16_t> integers = {0, 10, 3, 7, 5, 2, 9, 1};
  const auto file = encode({ElementType::int16, {8}, integers.data()},
                           {.target = {ArrayTargetKind::max_relative_error, 0.3}, .threads = 1});
  REQUIRE(file.ok());
  CHECK(inspect_array(*file)->max_error <= 3);
}

TEST_CASE("fine bounds on noise cost the bits that they ask for, up to those of the type") {
  std::mt19937_64 random(5);
  const size_t count = 4000;
  std::vector<double> doubles(count);
  std::vector<int32_t> integers(count);
  std::vector<uint32_t> naturals(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t bits = random();
    doubles[i] = static_cast<double>(bits >> 11) * 0x1p-53;
    integers[i] = static_cast<int32_t>(bits);
    naturals[i] = static_cast<uint32_t>(bits >> 7);
  }
  for (const std::vector<uint64_t>& shape : {std::vector<uint64_t>{count}, {50, 80}, {4, 1000}}) {
    for (int bits = 8; bits <= 46; bits += 2) {
      CAPTURE(bits);
      size_t size = 0;
      const double bound = std::ldexp(0.5, -bits);  // 2^bits steps in the range
      const auto again = decoded(doubles, {ArrayTargetKind::max_error, bound}, shape, 5, &size);
      double worst = 0;
      for (size_t i = 0; i < count; ++i) worst = std::max(worst, std::fabs(doubles[i] - again[i]));
      CHECK(worst <= bound);
      CHECK(8.0 * static_cast<double>(size) / count < bits + 1.2);
    }
    for (const int bits : {31, 28, 24, 20, 12}) {
      CAPTURE(bits);
      const double bound = std::ldexp(0.5, 32 - bits);
      const auto size_of = [&](ElementType type, const void* data, const std::vector<double>& values) {
        const auto file = encode({type, shape, data}, {.target = {ArrayTargetKind::max_error, bound}, .threads = 1});
        REQUIRE(file.ok());
        const std::vector<double> again = values_of(type, decode_array(*file)->data);
        double worst = 0;
        for (size_t i = 0; i < count; ++i) worst = std::max(worst, std::fabs(values[i] - again[i]));
        CHECK(worst <= bound);
        return 8.0 * static_cast<double>(file->size()) / count;
      };
      CHECK(size_of(ElementType::int32, integers.data(), {integers.begin(), integers.end()}) < bits + 1.2);
      CHECK(size_of(ElementType::uint32, naturals.data(), {naturals.begin(), naturals.end()}) < bits + 1.2);
    }
  }
}
