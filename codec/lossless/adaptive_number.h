// Numbers without a known distribution: the length in bits by adaptive decisions, then the bits, of which the two
// highest have models.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "entropy/coder.h"

namespace laq::lossless {

struct AdaptiveNumber {
  static constexpr int kMostBits = 18;

  std::array<CountingModel, kMostBits> longer;  // has the number more bits than this?
  std::array<std::array<CountingModel, 3>, kMostBits + 1> upper;
};

// number: below 2^kMostBits.
template <class Coder>
uint32_t code_number(Coder& coder, AdaptiveNumber& models, uint32_t number) {
  const int wanted = std::bit_width(number);
  int length = 0;
  while (length < AdaptiveNumber::kMostBits && coder.bit(models.longer[length], length < wanted)) ++length;
  if (length <= 1) return static_cast<uint32_t>(length);
  uint32_t found = 1;
  int left = length - 1, node = 0;
  for (int i = 0; i < 2 && left > 0; ++i) {
    --left;
    const bool bit = coder.bit(models.upper[length][node], (number >> left & 1) != 0);
    found = found << 1 | uint32_t{bit};
    node = 1 + int{bit};
  }
  return found << left | coder.bits(left, number & ((1u << left) - 1));
}

struct AdaptiveSigned {
  AdaptiveNumber magnitude;
  CountingModel negative;
};

template <class Coder>
int code_signed(Coder& coder, AdaptiveSigned& models, int number) {
  const int size = static_cast<int>(code_number(coder, models.magnitude, static_cast<uint32_t>(std::abs(number))));
  if (size == 0) return 0;
  return coder.bit(models.negative, number < 0) ? -size : size;
}

}  // namespace laq::lossless
