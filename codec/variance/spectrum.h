// Spectrum: how large the levels of a block are, octave by octave of frequency. Backward estimate: blocks leave theirs
// to their neighbours, whose levels are much alike.
//
//   magnitude(band) = bit width of (16 * mean of |level| over the band)^2,  at most 15: two steps an octave
// A band is the product of an octave of horizontal and one of vertical frequency. The spectrum that is expected of a
// block is the mean of those of the blocks above and to the left of it, see SpectrumMap
// (picture/syntax/spectrum_map.h).
// Source: our own measurements (docs/decisions.md, "Levels are expected from their neighbours in the same octave").
// Used by: the contexts of levels in pictures (picture/syntax/coefficient_syntax.h), and the encoder's prices of them.
#pragma once

#include <array>
#include <cstdint>

#include "transform/block_shape.h"

namespace laq {

// Octaves of the frequency along one axis: up to 1/8, 1/4, 1/2 and all of the highest one.
inline constexpr int kOctaves = 4;
inline constexpr int kSpectrumBands = kOctaves * kOctaves;  // octave of v, then octave of u

// The first frequencies of the octaves along an axis of 4, 8 .. 64 samples, and the end of the last. An axis of 64 ends
// with its third octave, because the fourth is never coded; an axis of 4 has no second one.
inline constexpr std::array<std::array<uint8_t, kOctaves + 1>, BlockShape::kSizes> kOctaveBegin = {
    {{0, 1, 1, 2, 4}, {0, 1, 2, 4, 8}, {0, 2, 4, 8, 16}, {0, 4, 8, 16, 32}, {0, 8, 16, 32, 32}}};

constexpr int octave_of(int frequency, int log2_size) {
  int octave = 0;
  while (frequency >= kOctaveBegin[log2_size - 2][octave + 1]) ++octave;
  return octave;
}

struct Spectrum {
  alignas(kSpectrumBands) std::array<uint8_t, kSpectrumBands> magnitude{};
};

// levels: coded_width x coded_height of the shape. A band that the block does not have is like the one below it.
Spectrum spectrum_of(const int32_t* levels, BlockShape shape, NonzeroExtent nonzero);

// The spectrum that a block is expected to have.
struct ExpectedSpectrum {
  // The magnitude of every band, 0 .. 7: one step an octave.
  alignas(kSpectrumBands) std::array<uint8_t, kSpectrumBands> magnitude;
  int density;  // share of levels other than zero, over the whole block, 0 .. 15: two steps an octave

  ExpectedSpectrum(const std::array<uint8_t, kSpectrumBands>& magnitudes, BlockShape shape);
};

}  // namespace laq
