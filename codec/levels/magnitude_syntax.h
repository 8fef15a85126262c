// The syntax of quantized magnitudes, written once for writer, reader and price counter. The magnitude that is expected
// (variance/expected_magnitude.h) chooses the models. Large ones are coded in units that grow with the expectation, so
// that they share models whatever their scale.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include <hwy/base.h>

#include "entropy/coder.h"
#include "quantize/trellis.h"

namespace laq {

// The context of a magnitude, by its expected root. Expected magnitudes are counted in half steps, so that the index 3
// of a uniform quantizer and the point 6 of a trellis-coded quantizer have the same scale.
struct MagnitudeContext {
  static constexpr int kPerOctave = 2, kLeastOctave = -8, kMostOctave = 4;
  static constexpr int kScales = (kMostOctave - kLeastOctave) * kPerOctave;
  static constexpr int kMostShift = 59;

  int kind;   // what is coded: each kind has models of its own
  int scale;  // class of the expected magnitude, in units
  int shift;  // a unit is 2^shift

  // root: the square root of the expected magnitude, at least 0.
  MagnitudeContext(int kind_of, double root) : kind(kind_of) {
    constexpr double kLeast = 1.0 / (1 << -kLeastOctave);  // added, so that class 0 begins at a magnitude of 0
    // Exponent and highest fraction bit of a double count half octaves, which is what the classes are.
    constexpr int kBitsBelow = 52 - (kPerOctave - 1);
    static_assert(kPerOctave == 2);
    scale = static_cast<int>((std::bit_cast<uint64_t>(root * root + kLeast) >> kBitsBelow) -
                             (std::bit_cast<uint64_t>(kLeast) >> kBitsBelow));
    shift = 0;
    if (scale < kScales) return;
    shift = std::min((scale - kScales) / kPerOctave + 1, kMostShift);
    scale = std::min(scale - shift * kPerOctave, kScales - 1);
  }
};

struct MagnitudeModels {
  static constexpr int kKinds = 24, kLadder = 14, kPrefix = 60, kSignContexts = 27;

  // Is a magnitude above 0, 1, 2 .. units? kLadder is the number of those questions.
  std::array<std::array<std::array<CountingModel, kLadder>, MagnitudeContext::kScales>, kKinds> above;
  std::array<std::array<CountingModel, kSignContexts>, kKinds> negative;
  std::array<CountingModel, kPrefix> prefix;           // of an Exp-Golomb code, for magnitudes beyond the ladder
  std::array<CountingModel, kLadder + 1> first_below;  // the first bit below the unit
};

// The largest magnitudes that a writer may code: of points, and of indices. A reader of a damaged stream may find twice
// as much.
inline constexpr uint32_t kMaxMagnitude = (1u << 29) - 1;
inline constexpr uint64_t kMaxIndexMagnitude = (uint64_t{1} << 59) - 1;

template <class Coder>
HWY_INLINE uint64_t code_magnitude(Coder& coder, MagnitudeModels& models, const MagnitudeContext& context,
                                   uint64_t wanted) {
  constexpr uint64_t kLadder = MagnitudeModels::kLadder;
  const uint64_t units = wanted >> context.shift;
  auto& above = models.above[context.kind][context.scale];
  uint64_t found = 0;
  while (found < kLadder && coder.bit(above[found], found < units)) ++found;
  if (found == kLadder) {
    const uint64_t rest = units - kLadder + 1;  // at least 1
    const int top = std::bit_width(rest) - 1;
    int length = 0;
    while (length < MagnitudeModels::kPrefix - 1 && coder.bit(models.prefix[length], length < top)) ++length;
    const uint64_t below = (uint64_t{1} << length) - 1;
    found += below + code_bits(coder, length, rest & below);
  }
  constexpr uint64_t kMost = 2 * kMaxIndexMagnitude + 1;
  if (context.shift == 0) return found & kMost;
  const int below = context.shift - 1;
  const bool half = coder.bit(models.first_below[std::min(found, kLadder)], wanted >> below & 1);
  const uint64_t low = code_bits(coder, below, wanted & ((uint64_t{1} << below) - 1));
  return ((found << 1 | uint64_t{half}) << below | low) & kMost;
}

// An index of a uniform quantizer. sign_context: of the signs around it, 0 .. kSignContexts - 1.
template <class Coder>
int64_t code_index(Coder& coder, MagnitudeModels& models, const MagnitudeContext& context, int sign_context,
                   int64_t index) {
  const auto magnitude =
      static_cast<int64_t>(code_magnitude(coder, models, context, static_cast<uint64_t>(std::abs(index))));
  if (magnitude == 0) return 0;
  CountingModel& negative = models.negative[context.kind][sign_context];
  return coder.bit(negative, index < 0) ? -magnitude : magnitude;
}

// A point of a trellis-coded quantizer; its sign is equiprobable.
template <class Coder>
int code_point(Coder& coder, MagnitudeModels& models, const MagnitudeContext& context, Codebook codebook, int point) {
  const bool has_zero = codebook != Codebook::odd;
  const int first = codebook == Codebook::even ? 0 : has_zero ? -1 : 1;
  const auto wanted = static_cast<uint32_t>(std::abs(point) + (first < 0)) >> 1;
  const auto magnitude = static_cast<int>(code_magnitude(coder, models, context, wanted) & kMaxMagnitude);
  if (has_zero && magnitude == 0) return 0;
  const int size = 2 * magnitude + first;
  return coder.bits(1, point < 0) != 0 ? -size : size;
}

}  // namespace laq
