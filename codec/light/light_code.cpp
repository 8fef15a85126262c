#include "light/light_code.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace laq::light {
namespace {

constexpr uint32_t kFraction = (1u << kOctaveBits) - 1, kSign = 0x80000000, kGreatestFinite = 0x7f7fffff;
constexpr int kBias = 127;

}  // namespace

int64_t place_of(float value, int toe) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const int field = static_cast<int>((bits & ~kSign) >> kOctaveBits);
  const int64_t fraction = bits & kFraction;
  int64_t place = 0;
  if (const int octave = field - kBias - toe; field > 0 && octave >= 0) {
    place = (int64_t{octave} + 1) << kOctaveBits | fraction;
  } else {
    // Numbers are multiples of 2^-149; those of the field 0 have no bit before their fraction.
    const int64_t significand = field > 0 ? fraction | int64_t{1} << kOctaveBits : fraction;
    const int shift = toe + kBias - std::max(field, 1);
    if (shift == 0) place = significand;
    if (shift > 0 && shift <= kOctaveBits + 1) place = (significand + (int64_t{1} << (shift - 1))) >> shift;
  }
  return (bits & kSign) != 0 ? -place : place;
}

float number_at(int64_t place, int toe) {
  const uint64_t size = static_cast<uint64_t>(place < 0 ? -place : place);
  const int octave = static_cast<int>(size >> kOctaveBits);
  if (octave == 0) {
    // A multiple of 2^-149 with at most 23 bits, which is exact.
    const float number = std::ldexp(static_cast<float>(size), toe - kOctaveBits);
    return place < 0 ? -number : number;
  }
  const int field = octave - 1 + toe + kBias;
  const uint32_t bits = field > 2 * kBias
                            ? kGreatestFinite
                            : static_cast<uint32_t>(field) << kOctaveBits | (static_cast<uint32_t>(size) & kFraction);
  return std::bit_cast<float>(place < 0 ? bits | kSign : bits);
}

uint16_t LightCode::code_of(float value) const {
  if (range == 0) return 0;
  const auto offset = static_cast<uint64_t>(std::max<int64_t>(place_of(value, toe) - least, 0));
  return static_cast<uint16_t>((std::min(offset, range) * kMostCode + range / 2) / range);
}

float LightCode::number_of(uint16_t code) const {
  return number_at(least + static_cast<int64_t>((code * range + kMostCode / 2) / kMostCode), toe);
}

}  // namespace laq::light
