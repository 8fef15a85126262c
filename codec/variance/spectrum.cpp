#include "variance/spectrum.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace laq {
namespace {

constexpr int kMaxCounted = 20;  // larger levels count as this

int octave_count(int log2_size, int octave) {
  return kOctaveBegin[log2_size - 2][octave + 1] - kOctaveBegin[log2_size - 2][octave];
}

}  // namespace

Spectrum spectrum_of(const int32_t* levels, BlockShape shape, NonzeroExtent nonzero) {
  Spectrum spectrum;
  const int width = shape.coded_width();
  const auto& columns = kOctaveBegin[shape.log2_width - 2];
  std::array<int, kSpectrumBands> sums{};
  for (int v = 0; v < nonzero.height; ++v) {
    const int32_t* const row = levels + v * width;
    int* const sum = sums.data() + kOctaves * octave_of(v, shape.log2_height);
    for (int octave = 0; octave < kOctaves && columns[octave] < nonzero.width; ++octave) {
      for (int u = columns[octave]; u < columns[octave + 1]; ++u)
        sum[octave] += std::min(std::abs(row[u]), kMaxCounted);
    }
  }
  for (int v = 0; v < kOctaves; ++v) {
    for (int u = 0; u < kOctaves; ++u) {
      const int count = octave_count(shape.log2_height, v) * octave_count(shape.log2_width, u);
      uint8_t& magnitude = spectrum.magnitude[kOctaves * v + u];
      if (count == 0) {
        magnitude = octave_count(shape.log2_width, u) == 0 ? (&magnitude)[-1] : (&magnitude)[-kOctaves];
        continue;
      }
      const auto mean = static_cast<uint32_t>(16 * sums[kOctaves * v + u] / count);
      magnitude = static_cast<uint8_t>(std::min<int>(15, std::bit_width(mean * mean)));
    }
  }
  return spectrum;
}

ExpectedSpectrum::ExpectedSpectrum(const std::array<uint8_t, kSpectrumBands>& magnitudes, BlockShape shape)
    : magnitude(magnitudes) {
  // The share of levels that are not zero, in 1/256, for each class of mean magnitude.
  constexpr std::array<uint16_t, 8> kNonzero = {2, 24, 48, 88, 152, 208, 248, 256};
  uint32_t sum = 0;
  for (int v = 0; v < kOctaves; ++v) {
    uint32_t row = 0;
    for (int u = 0; u < kOctaves; ++u) row += octave_count(shape.log2_width, u) * kNonzero[magnitude[kOctaves * v + u]];
    sum += row * octave_count(shape.log2_height, v);
  }
  const uint32_t mean = sum / shape.coded_area();
  density = std::clamp(static_cast<int>(std::bit_width(mean * mean)) - 1, 0, 15);
}

}  // namespace laq
