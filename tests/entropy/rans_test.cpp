#include "entropy/rans.h"

#include <doctest/doctest.h>

#include <random>

TEST_CASE("an alphabet's sums move towards what is coded and keep their distances") {
  laq::AdaptiveAlphabet alphabet;
  for (int i = 0; i < laq::kSymbols; ++i) alphabet.below[i] = static_cast<int16_t>(i * 2048);
  std::mt19937 random(1);
  for (int step = 0; step < 5000; ++step) {
    const int symbol = random() % 8 == 0 ? static_cast<int>(random() % laq::kSymbols) : 3;
    for (int i = 0; i < laq::kSymbols; ++i) {
      const int target = laq::AdaptiveAlphabet::kTargets[symbol][i];
      alphabet.below[i] = static_cast<int16_t>(alphabet.below[i] + ((target - alphabet.below[i]) >> alphabet.rate()));
    }
    for (int i = 0; i < laq::kSymbols; ++i) {
      REQUIRE(alphabet.end(i) >= alphabet.start(i) + laq::kLeastFrequency);
    }
  }
  CHECK(alphabet.end(3) - alphabet.start(3) > 20000);
  CHECK(alphabet.end(laq::kSymbols - 1) == 1u << laq::kProbabilityBits);
}

TEST_CASE("a stream without symbols holds the first states and the bits") {
  const std::vector<std::byte> bits = {std::byte{1}, std::byte{2}};
  const std::vector<std::byte> stream = laq::write_rans({}, 1, bits);
  REQUIRE(stream.size() == 6);
  CHECK(stream[2] == std::byte{1});
  CHECK(stream[5] == std::byte{1});
}
