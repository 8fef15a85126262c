#include <doctest/doctest.h>

#include <laq/metrics.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

using namespace laq;

namespace {

PictureView view(const std::vector<uint8_t>& samples, uint32_t width, uint32_t height, int channels) {
  return {width, height, channels, 8, samples.data(), size_t{width} * channels, nullptr};
}

PictureView view(const std::vector<uint16_t>& samples, uint32_t width, uint32_t height, int channels, int depth) {
  return {width, height, channels, depth, samples.data(), size_t{width} * channels * 2, nullptr};
}

}  // namespace

TEST_CASE("PSNR of an error of one everywhere is 20 log10(255)") {
  const std::vector<uint8_t> a(4 * 4 * 3, 100), b(4 * 4 * 3, 101);
  const Psnr ratio = psnr(view(a, 4, 4, 3), view(b, 4, 4, 3)).value();
  CHECK(ratio.rgb == doctest::Approx(48.1308).epsilon(1e-6));
  CHECK(ratio.y == doctest::Approx(48.1308).epsilon(1e-6));  // The matrix's luma row adds up to 1.
  const std::vector<uint8_t> gray_a(5 * 3, 7), gray_b(5 * 3, 8);
  const Psnr gray = psnr(view(gray_a, 5, 3, 1), view(gray_b, 5, 3, 1)).value();
  CHECK(gray.rgb == doctest::Approx(48.1308).epsilon(1e-6));
  CHECK(gray.yuv == gray.y);
  CHECK(std::isinf(gray.cb));
}

TEST_CASE("PSNR of YUV is the mean of the planes' ratios, weighted 6:1:1") {
  std::vector<uint8_t> a(8 * 8 * 3, 100), b = a;
  // One blue sample: errors of 64 * 0.0722 in Y, 64 * (1 - 0.0722) / 1.8556 in Cb, 64 * 0.0722 / 1.5748 in Cr.
  b[2] = 164;
  const auto decibels = [](double error) { return 10 * std::log10(255.0 * 255 * 64 / (error * error)); };
  const Psnr ratio = psnr(view(a, 8, 8, 3), view(b, 8, 8, 3)).value();
  CHECK(ratio.rgb == doctest::Approx(10 * std::log10(255.0 * 255 * 192 / (64.0 * 64))));
  CHECK(ratio.y == doctest::Approx(decibels(64 * 0.0722)));
  CHECK(ratio.cb == doctest::Approx(decibels(64 * 0.9278 / 1.8556)));
  CHECK(ratio.cr == doctest::Approx(decibels(64 * 0.0722 / 1.5748)));
  CHECK(ratio.yuv == doctest::Approx((6 * ratio.y + ratio.cb + ratio.cr) / 8));
}

TEST_CASE("PSNR of equal pictures is infinite, whatever their depth and number of channels") {
  const std::vector<uint8_t> gray = {0, 51, 102, 255};
  const std::vector<uint8_t> colour = {0, 0, 0, 51, 51, 51, 102, 102, 102, 255, 255, 255};
  const std::vector<uint16_t> deep = {0, 13107, 26214, 65535};
  CHECK(std::isinf(psnr(view(gray, 2, 2, 1), view(gray, 2, 2, 1))->rgb));
  CHECK(std::isinf(psnr(view(colour, 2, 2, 3), view(colour, 2, 2, 3))->yuv));
  CHECK(std::isinf(psnr(view(gray, 2, 2, 1), view(colour, 2, 2, 3))->rgb));
  CHECK(std::isinf(psnr(view(gray, 2, 2, 1), view(deep, 2, 2, 1, 16))->rgb));
  // One step of 16 bits.
  std::vector<uint16_t> other = deep;
  for (uint16_t& sample : other) sample = static_cast<uint16_t>(sample ^ 1);
  CHECK(psnr(view(deep, 2, 2, 1, 16), view(other, 2, 2, 1, 16))->y == doctest::Approx(20 * std::log10(65535.0)));
}

TEST_CASE("PSNR: what alpha hides does not count, what it shows does") {
  const std::vector<uint8_t> hidden_a = {10, 20, 30, 0}, hidden_b = {200, 100, 0, 0};
  CHECK(std::isinf(psnr(view(hidden_a, 1, 1, 4), view(hidden_b, 1, 1, 4))->rgb));
  const std::vector<uint8_t> solid = {25, 25, 25, 255}, clear = {25, 25, 25, 0};
  // Over 0.1 the difference is 0.5 / 255 only; over 0.9 it is that of 25 and 229.5, which counts.
  CHECK(psnr(view(solid, 1, 1, 4), view(clear, 1, 1, 4))->rgb == doctest::Approx(20 * std::log10(255 / 204.5)));
}

TEST_CASE("PSNR refuses pictures of different size, and views that are none") {
  const std::vector<uint8_t> samples(6 * 4 * 3, 50);
  const auto refused = psnr(view(samples, 6, 4, 3), view(samples, 4, 6, 3));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message.find("6 x 4") != std::string::npos);
  CHECK(refused.error().message.find("4 x 6") != std::string::npos);
  PictureView null = view(samples, 6, 4, 3);
  null.samples = nullptr;
  CHECK_FALSE(psnr(view(samples, 6, 4, 3), null).ok());
  CHECK_FALSE(ssim(null, view(samples, 6, 4, 3)).ok());
  CHECK_FALSE(ms_ssim(null, null).ok());
}
