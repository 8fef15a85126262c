// Spectrum: how large the levels of a block are, octave by octave of frequency. Blocks leave theirs to their
// neighbours, whose levels are much alike: the local estimate of magnitude that the contexts of levels begin from.
#pragma once

#include <array>
#include <cstdint>

namespace laq::picture {

// Octaves of the frequency along one axis: up to 1/8, 1/4, 1/2 and all of the highest one.
inline constexpr int kOctaves = 4;
inline constexpr int kSpectrumBands = kOctaves * kOctaves;  // octave of v, then octave of u

// The first frequencies of the octaves along an axis of 4, 8 .. 64 samples, and the end of the last. The third is the
// last one of 64 samples, the second does not exist in 4.
inline constexpr std::array<std::array<uint8_t, kOctaves + 1>, 5> kOctaveBegin = {
    {{0, 1, 1, 2, 4}, {0, 1, 2, 4, 8}, {0, 2, 4, 8, 16}, {0, 4, 8, 16, 32}, {0, 8, 16, 32, 32}}};

constexpr int octave_of(int frequency, int log2_size) {
  int octave = 0;
  while (frequency >= kOctaveBegin[log2_size - 2][octave + 1]) ++octave;
  return octave;
}

struct Spectrum {
  // Mean magnitude of a band's levels: the bit width of the square of its sixteenths, at most 15: two steps an octave.
  alignas(kSpectrumBands) std::array<uint8_t, kSpectrumBands> magnitude{};
};

// levels: coded_size(width) x coded_size(height), zero outside of the first nonzero_width columns and nonzero_height
// rows. A band that the block does not have is like the one below it.
Spectrum spectrum_of(const int32_t* levels, int log2_width, int log2_height, int nonzero_width, int nonzero_height);

// What a block's spectrum is expected to be.
struct ExpectedSpectrum {
  // Of every band, 0 .. 7: one step an octave.
  alignas(kSpectrumBands) std::array<uint8_t, kSpectrumBands> magnitude;
  int density;  // of levels that are not zero, over the whole block, 0 .. 15: two steps an octave

  ExpectedSpectrum(const std::array<uint8_t, kSpectrumBands>& magnitudes, int log2_width, int log2_height);
};

}  // namespace laq::picture
