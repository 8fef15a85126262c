#include "metrics/psnr.h"

#include <doctest/doctest.h>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace laq;

namespace {

PictureView view(const std::vector<uint8_t>& samples, uint32_t width, uint32_t height, int channels) {
  return {width, height, channels, 8, samples.data(), size_t{width} * channels, nullptr};
}

}  // namespace

TEST_CASE("PSNR of an error of one everywhere is 20 log10(255)") {
  const std::vector<uint8_t> a(4 * 4 * 3, 100), b(4 * 4 * 3, 101);
  const Psnr ratio = psnr(view(a, 4, 4, 3), view(b, 4, 4, 3));
  CHECK(ratio.rgb == doctest::Approx(48.1308).epsilon(1e-6));
  CHECK(ratio.y == doctest::Approx(48.1308).epsilon(1e-6));  // The matrix's luma row adds up to 1.
  const std::vector<uint8_t> gray_a(5 * 3, 7), gray_b(5 * 3, 8);
  const Psnr gray = psnr(view(gray_a, 5, 3, 1), view(gray_b, 5, 3, 1));
  CHECK(gray.rgb == doctest::Approx(48.1308).epsilon(1e-6));
  CHECK(gray.yuv == gray.y);
}

TEST_CASE("PSNR of YUV is the mean of the planes' ratios, weighted 6:1:1") {
  std::vector<uint8_t> a(8 * 8 * 3, 100), b = a;
  b[2] =
      164;  // One blue sample: errors of 64 * 0.0722 in Y, 64 * (1 - 0.0722) / 1.8556 in U, 64 * 0.0722 / 1.5748 in V.
  const auto decibels = [](double error) { return 10 * std::log10(255.0 * 255 * 64 / (error * error)); };
  const Psnr ratio = psnr(view(a, 8, 8, 3), view(b, 8, 8, 3));
  CHECK(ratio.rgb == doctest::Approx(10 * std::log10(255.0 * 255 * 192 / (64.0 * 64))));
  CHECK(ratio.y == doctest::Approx(decibels(64 * 0.0722)));
  CHECK(ratio.yuv ==
        doctest::Approx((6 * ratio.y + decibels(64 * 0.9278 / 1.8556) + decibels(64 * 0.0722 / 1.5748)) / 8));
}

TEST_CASE("PSNR: equal pictures are infinite, pictures of different size not a number, alpha is left out") {
  const std::vector<uint8_t> a(6 * 4 * 4, 50);
  std::vector<uint8_t> b = a;
  b[3] = 255;
  CHECK(std::isinf(psnr(view(a, 6, 4, 4), view(b, 6, 4, 4)).rgb));
  CHECK(std::isnan(psnr(view(a, 6, 4, 4), view(b, 4, 6, 4)).y));
}
