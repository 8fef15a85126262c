// Spectra of levels, and the density that they let expect.
#include "variance/spectrum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

using namespace laq;

TEST_CASE("a band's magnitude is that of the mean of its levels, whatever the block's size") {
  std::mt19937 random(1);
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      const int width = coded_size(1 << log2_width), height = coded_size(1 << log2_height);
      std::vector<int32_t> levels(static_cast<size_t>(width) * height);
      for (int32_t& level : levels) level = random() % 3 == 0 ? static_cast<int32_t>(random() % 61) - 30 : 0;
      const Spectrum found = spectrum_of(levels.data(), {log2_width, log2_height},
                                         {static_cast<uint8_t>(width), static_cast<uint8_t>(height)});
      for (int band = 0; band < kSpectrumBands; ++band) {
        int sum = 0, count = 0;
        for (int v = 0; v < height; ++v) {
          for (int u = 0; u < width; ++u) {
            if (octave_of(v, log2_height) != band / kOctaves || octave_of(u, log2_width) != band % kOctaves) continue;
            sum += std::min(std::abs(levels[v * width + u]), 20);
            ++count;
          }
        }
        if (count == 0) continue;
        const int mean = 16 * sum / count;
        CHECK(found.magnitude[band] == std::min<int>(15, std::bit_width(static_cast<unsigned>(mean * mean))));
      }
    }
  }
}

TEST_CASE("octaves that an axis does not have are like the ones below them") {
  std::vector<int32_t> levels(16);
  levels[0] = 9;
  const Spectrum four = spectrum_of(levels.data(), {2, 2}, {1, 1});
  CHECK(four.magnitude[1] == four.magnitude[0]);
  CHECK(four.magnitude[kOctaves] == four.magnitude[0]);
  CHECK(four.magnitude[2] == 0);
  std::vector<int32_t> many(32 * 32, 3);
  const Spectrum large = spectrum_of(many.data(), {6, 6}, {32, 32});
  CHECK(std::count(large.magnitude.begin(), large.magnitude.end(), large.magnitude[0]) == kSpectrumBands);
}

TEST_CASE("density grows with the expected magnitude, from 0 to its greatest") {
  for (const auto& [log2_width, log2_height] : {std::pair{2, 2}, {3, 5}, {6, 6}}) {
    int last = -1;
    for (int magnitude = 0; magnitude < 8; ++magnitude) {
      std::array<uint8_t, kSpectrumBands> magnitudes;
      magnitudes.fill(static_cast<uint8_t>(magnitude));
      const int density = ExpectedSpectrum(magnitudes, {log2_width, log2_height}).density;
      CHECK(density >= last);
      CHECK(density <= 15);
      last = density;
    }
    CHECK(last == 15);
  }
}
