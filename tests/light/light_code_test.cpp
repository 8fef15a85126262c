#include "light/light_code.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace laq::light {
namespace {

TEST_CASE("numbers at and above the toe come back from their places, with either sign") {
  std::mt19937 random(5);
  for (int i = 0; i < 20000; ++i) {
    const auto value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    const int toe = kLeastToe + static_cast<int>(random() % (kGreatestToe - kLeastToe + 1));
    if (!std::isfinite(value)) continue;
    const int64_t place = place_of(value, toe);
    CAPTURE(value);
    CAPTURE(toe);
    CHECK(std::abs(place) <= kMostPlace);
    if (std::abs(value) >= std::ldexp(1.0F, toe)) {
      CHECK(number_at(place, toe) == value);
    } else {
      CHECK(std::abs(double{number_at(place, toe)} - double{value}) <= std::ldexp(0.5, toe - kOctaveBits));
    }
    CHECK(place_of(-value, toe) == -place);
  }
}

TEST_CASE("places follow the order of numbers, without a step at the toe") {
  for (const int toe : {kLeastToe, -9, 0, kGreatestToe}) {
    int64_t before = place_of(0, toe);
    CHECK(before == 0);
    for (float value = std::numeric_limits<float>::denorm_min(); std::isfinite(value); value *= 1.37F) {
      const int64_t place = place_of(value, toe);
      CHECK(place >= before);
      before = place;
      if (value * 1.37F <= value) value *= 2;  // denormal numbers are far apart
    }
    const float at_toe = std::ldexp(1.0F, toe);
    CHECK(place_of(at_toe, toe) - place_of(std::nextafter(at_toe, 0.0F), toe) <= 1);
  }
}

TEST_CASE("codes are exact at both ends, and half a code off at most between them") {
  const LightCode code{-9, place_of(-0.25F, -9), static_cast<uint64_t>(place_of(1000, -9) - place_of(-0.25F, -9))};
  CHECK(code.code_of(-0.25F) == 0);
  CHECK(code.code_of(1000) == kMostCode);
  CHECK(code.number_of(0) == -0.25F);
  CHECK(code.number_of(kMostCode) == 1000);
  for (uint32_t i = 0; i <= kMostCode; ++i) REQUIRE(code.code_of(code.number_of(static_cast<uint16_t>(i))) == i);
}

TEST_CASE("a range of one number has one code") {
  const LightCode code{0, place_of(3.5F, 0), 0};
  CHECK(code.code_of(3.5F) == 0);
  CHECK(code.number_of(0) == 3.5F);
  CHECK(code.number_of(kMostCode) == 3.5F);
}

TEST_CASE("a place beyond the greatest number becomes that") {
  CHECK(number_at(kMostPlace, kGreatestToe) == std::numeric_limits<float>::max());
  CHECK(number_at(-kMostPlace, kGreatestToe) == -std::numeric_limits<float>::max());
}

}  // namespace
}  // namespace laq::light
