// Differences of blocks and their way back, on every target.
#include "picture/reconstruct/residual.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "for_each_target.h"

namespace {

constexpr ptrdiff_t kStride = 64 + 24;
constexpr int kHeight = 16;
constexpr size_t kSize = kStride * kHeight;

std::vector<uint16_t> random_samples(std::mt19937& random, unsigned max_sample) {
  std::vector<uint16_t> samples(kSize);
  for (uint16_t& sample : samples) {
    const unsigned kind = random() % 4;
    sample = static_cast<uint16_t>(kind == 0 ? 0 : kind == 1 ? max_sample : random() % (max_sample + 1));
  }
  return samples;
}

template <class Check>
void for_each_width(Check&& check) {
  laq::test::for_each_target([&] {
    for (int log2_width = 2; log2_width <= 6; ++log2_width) {
      CAPTURE(log2_width);
      check(laq::BlockShape(log2_width, 4));
    }
  });
}

}  // namespace

TEST_CASE("subtract gives the difference of every sample of the block and touches nothing else") {
  std::mt19937 random(1);
  const auto a = random_samples(random, 4095), b = random_samples(random, 4095);
  for_each_width([&](laq::BlockShape shape) {
    std::vector<int16_t> out(kSize, 12345);
    laq::picture::subtract({a.data(), kStride}, {b.data(), kStride}, shape, {out.data(), kStride});
    bool right = true;
    for (size_t i = 0; i < kSize; ++i) {
      right = right && out[i] == (static_cast<int>(i % kStride) < shape.width() ? a[i] - b[i] : 12345);
    }
    CHECK(right);
  });
}

TEST_CASE("add_clamped keeps the sum within the samples' range, whatever the residual") {
  std::mt19937 random(2);
  for (const int max_sample : {1023, 4095}) {
    const auto before = random_samples(random, static_cast<unsigned>(max_sample));
    std::vector<int16_t> residual(kSize);
    for (int16_t& r : residual) {
      const unsigned kind = random() % 4;
      r = static_cast<int16_t>(kind == 0 ? -32768 : kind == 1 ? 32767 : static_cast<int>(random() % 4096) - 2048);
    }
    for_each_width([&](laq::BlockShape shape) {
      std::vector<uint16_t> samples = before;
      laq::picture::add_clamped({samples.data(), kStride}, {residual.data(), kStride}, shape, max_sample);
      bool right = true;
      for (size_t i = 0; i < kSize; ++i) {
        const int sum = static_cast<int>(i % kStride) < shape.width()
                            ? std::clamp(before[i] + residual[i], 0, max_sample)
                            : before[i];
        right = right && samples[i] == sum;
      }
      CHECK(right);
    });
  }
}

TEST_CASE("adding the difference brings the block back") {
  std::mt19937 random(3);
  const auto source = random_samples(random, 1023), prediction = random_samples(random, 1023);
  for_each_width([&](laq::BlockShape shape) {
    std::vector<int16_t> residual(kSize);
    laq::picture::subtract({source.data(), kStride}, {prediction.data(), kStride}, shape, {residual.data(), kStride});
    std::vector<uint16_t> samples = prediction;
    laq::picture::add_clamped({samples.data(), kStride}, {residual.data(), kStride}, shape, 1023);
    bool same = true;
    for (size_t i = 0; i < kSize; ++i) {
      if (static_cast<int>(i % kStride) < shape.width()) same = same && samples[i] == source[i];
    }
    CHECK(same);
  });
}
