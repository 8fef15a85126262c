// The sum of absolute transformed differences against Hadamard matrices written out, on every target.
#include "picture/search/satd.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstdlib>
#include <random>
#include <vector>

#include "for_each_target.h"

namespace {

constexpr ptrdiff_t kStride = 64 + 24;

// Of one block of size x size differences, not scaled.
uint64_t hadamard_sum(const std::vector<int>& differences, int size) {
  uint64_t sum = 0;
  for (int v = 0; v < size; ++v) {
    for (int u = 0; u < size; ++u) {
      int coefficient = 0;
      for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
          const int ones = std::popcount(static_cast<unsigned>((u & x) | (v & y) << 8));
          coefficient += ones % 2 ? -differences[y * size + x] : differences[y * size + x];
        }
      }
      sum += static_cast<uint64_t>(std::abs(coefficient));
    }
  }
  return sum;
}

uint32_t reference_satd(const std::vector<uint16_t>& a, const std::vector<uint16_t>& b, int width, int height,
                        int shift) {
  const int size = width == 4 || height == 4 ? 4 : 8;
  uint64_t sum = 0;
  for (int y0 = 0; y0 < height; y0 += size) {
    for (int x0 = 0; x0 < width; x0 += size) {
      std::vector<int> differences;
      for (int i = 0; i < size * size; ++i) {
        const ptrdiff_t at = (y0 + i / size) * kStride + x0 + i % size;
        differences.push_back((a[at] - b[at]) >> shift);
      }
      sum += hadamard_sum(differences, size);
    }
  }
  return static_cast<uint32_t>((sum << shift) / static_cast<unsigned>(size));
}

std::vector<uint16_t> random_samples(std::mt19937& random, int max_sample, bool extreme) {
  std::vector<uint16_t> samples(kStride * 64 + 32);
  for (uint16_t& sample : samples) {
    sample = static_cast<uint16_t>(extreme ? random() % 2 * static_cast<unsigned>(max_sample)
                                           : random() % static_cast<unsigned>(max_sample + 1));
  }
  return samples;
}

}  // namespace

TEST_CASE("SATD is the sum of absolute Hadamard coefficients, for all sizes, on every target") {
  std::mt19937 random(3);
  for (const int max_sample : {1023, 4095}) {
    for (int size = 0; size < 25; ++size) {
      const int log2_width = 2 + size / 5, log2_height = 2 + size % 5;
      for (const bool extreme : {false, true}) {
        const auto a = random_samples(random, max_sample, extreme), b = random_samples(random, max_sample, extreme);
        const uint32_t expected = reference_satd(a, b, 1 << log2_width, 1 << log2_height, max_sample > 1023 ? 2 : 0);
        laq::test::for_each_target([&] {
          CAPTURE(log2_width);
          CAPTURE(log2_height);
          CHECK(laq::picture::satd({a.data(), kStride}, {b.data(), kStride}, {log2_width, log2_height}, max_sample) ==
                expected);
        });
      }
    }
  }
}

TEST_CASE("SATD of equal blocks is zero, and of the largest constant difference that of its mean alone") {
  const std::vector<uint16_t> white(kStride * 64 + 32, 1023), black(kStride * 64 + 32, 0);
  laq::test::for_each_target([&] {
    for (int log2_size = 3; log2_size <= 6; ++log2_size) {
      CHECK(laq::picture::satd({white.data(), kStride}, {white.data(), kStride}, {log2_size, log2_size}, 1023) == 0);
      // One coefficient of 64 * 1023 / 8 an 8x8 block.
      const uint32_t expected = 8 * 1023u << 2 * (log2_size - 3);
      CHECK(laq::picture::satd({white.data(), kStride}, {black.data(), kStride}, {log2_size, log2_size}, 1023) ==
            expected);
      CHECK(laq::picture::satd({black.data(), kStride}, {white.data(), kStride}, {log2_size, log2_size}, 1023) ==
            expected);
    }
  });
}
