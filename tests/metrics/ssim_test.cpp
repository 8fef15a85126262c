// SSIM and MS-SSIM against other implementations, and what must hold for any picture.
#include <doctest/doctest.h>

#include <laq/metrics.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "metrics/metric_pictures.h"
#include "metrics/png_file.h"

using namespace laq;

namespace {

// Luma of BT.709, rounded, as a gray picture.
Picture rounded_luma(const Picture& picture) {
  Picture gray{picture.width, picture.height, 1, 8, {}, {}};
  for (size_t i = 0; i < picture.samples.size(); i += 3) {
    const auto sample = [&](size_t c) { return std::to_integer<int>(picture.samples[i + c]); };
    gray.samples.push_back(
        static_cast<std::byte>(std::lround(0.2126 * sample(0) + 0.7152 * sample(1) + 0.0722 * sample(2))));
  }
  return gray;
}

Picture noise(uint32_t width, uint32_t height, int channels, int depth) {
  std::mt19937 random(width * 31 + height);
  Picture picture{width, height, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  for (std::byte& sample : picture.samples) sample = static_cast<std::byte>(random() & (depth > 8 ? 3 : 255));
  return picture;
}

Picture with_error(Picture picture, int error) {
  for (size_t i = 0; i < picture.samples.size(); ++i) {
    const int sample = std::to_integer<int>(picture.samples[i]) + (i % 3 == 0 ? error : -error);
    picture.samples[i] = static_cast<std::byte>(std::clamp(sample, 0, 255));
  }
  return picture;
}

struct Known {
  const char* reference;
  const char* distorted;
  double value;
};

}  // namespace

// The other implementations:
//   SSIM: structural_similarity of scikit-image 0.19.3 with gaussian_weights, sigma 1.5, no sample covariance, data
//     range 255.
//   MS-SSIM: MultiScaleSSIM of tensorflow/models 4f77686de8, research/compression/image_encoder/msssim.py, with SciPy
//     1.10.1.
// Both take BT.709 luma in double precision.
TEST_CASE("SSIM and MS-SSIM of photographs agree with other implementations to 0.000001") {
  struct {
    const char *reference, *distorted;
    double ssim, ms_ssim;
  } const known[] = {
      {"images/kodak/03.png", "metrics/03-jpeg30.png", 0.9086999, 0.9796074},
      {"images/kodak/03.png", "metrics/03-webp60.png", 0.9408041, 0.9858473},
      {"images/kodak/03.png", "metrics/03-jxl1.png", 0.9824446, 0.9975968},
      {"images/kodak/05.png", "metrics/05-jpeg30.png", 0.8834346, 0.9857066},
      {"images/kodak/05.png", "metrics/05-webp60.png", 0.9530689, 0.9936253},
      {"images/kodak/05.png", "metrics/05-jxl1.png", 0.9881798, 0.9986752},
      {"images/kodak/08.png", "metrics/08-jpeg30.png", 0.8818849, 0.9850453},
      {"images/kodak/08.png", "metrics/08-webp60.png", 0.9498290, 0.9932434},
      {"images/kodak/08.png", "metrics/08-jxl1.png", 0.9853914, 0.9984131},
      {"images/kodak/13.png", "metrics/13-jpeg30.png", 0.8247597, 0.9778600},
      {"images/kodak/13.png", "metrics/13-webp60.png", 0.9480569, 0.9921878},
      {"images/kodak/13.png", "metrics/13-jxl1.png", 0.9856773, 0.9981686},
      {"images/kodak/20.png", "metrics/20-jpeg30.png", 0.9141567, 0.9864536},
      {"images/kodak/20.png", "metrics/20-webp60.png", 0.9455537, 0.9907190},
      {"images/kodak/20.png", "metrics/20-jxl1.png", 0.9837454, 0.9980406},
      {"images/kodak/23.png", "metrics/23-jpeg30.png", 0.9238681, 0.9816551},
      {"images/kodak/23.png", "metrics/23-webp60.png", 0.9407324, 0.9873020},
      {"images/kodak/23.png", "metrics/23-jxl1.png", 0.9762835, 0.9971330},
  };
  if (!shared_file_exists("metrics/reference.csv")) {
    MESSAGE("skipped: there is no ../shared");
    return;
  }
  for (const auto& k : known) {
    CAPTURE(k.distorted);
    const Picture a = read_png(kSharedFolder + "/" + k.reference), b = read_png(kSharedFolder + "/" + k.distorted);
    CHECK(std::abs(ssim(a.view(), b.view()).value() - k.ssim) < 1e-6);
    CHECK(std::abs(ms_ssim(a.view(), b.view()).value() - k.ms_ssim) < 1e-6);
  }
}

TEST_CASE("SSIM and MS-SSIM of odd sizes, gray, 10 bits and three scales agree with other implementations") {
  struct {
    uint32_t width, height;
    int channels, depth, step;
    double ssim, ms_ssim;
  } const known[] = {
      {311, 201, 3, 8, 16, 0.91198329, 0.98230143},
      {311, 201, 1, 8, 64, 0.47286340, 0.77855287},
      {201, 189, 3, 10, 32, 0.72030340, 0.93768757},
      // MultiScaleSSIM with the first three weights, scaled to sum 1.
      {67, 45, 3, 8, 32, 0.75849116, 0.94244294},
  };
  for (const auto& k : known) {
    CAPTURE(k.width);
    CAPTURE(k.channels);
    const Picture a = test::metric_picture(k.width, k.height, k.channels, k.depth), b = test::coarser(a, k.step);
    CHECK(std::abs(ssim(a.view(), b.view()).value() - k.ssim) < 1e-6);
    CHECK(std::abs(ms_ssim(a.view(), b.view()).value() - k.ms_ssim) < 1e-6);
  }
}

TEST_CASE("SSIM of a small picture takes the part of the window that lies inside, MS-SSIM its one scale") {
  // By SciPy 1.10.1's convolve1d with zeros outside, divided by that of a plane of ones.
  struct {
    uint32_t width, height;
    int channels, step;
    double ssim;
  } const known[] = {{9, 13, 3, 32, 0.92400470}, {3, 40, 1, 32, 0.96006130}, {1, 1, 1, 64, 0.00199739}};
  for (const auto& k : known) {
    CAPTURE(k.width);
    const Picture a = test::metric_picture(k.width, k.height, k.channels), b = test::coarser(a, k.step);
    CHECK(std::abs(ssim(a.view(), b.view()).value() - k.ssim) < 1e-6);
    CHECK(ms_ssim(a.view(), b.view()).value() == ssim(a.view(), b.view()).value());
  }
}

TEST_CASE("SSIM of pictures with alpha is the worse one over dark and light") {
  const Picture a = test::metric_picture(40, 30, 4), b = test::coarser(a, 64);
  // By scikit-image, as above: 0.689441 over 0.1, 0.478225 over 0.9.
  CHECK(std::abs(ssim(a.view(), b.view()).value() - 0.47822548) < 1e-6);
}

TEST_CASE("MS-SSIM agrees with Daala's dump_msssim to 0.0001") {
  // tools/dump_msssim.c of xiph/daala 694d4ced7e on rounded BT.709 luma, its window set to 11 taps and its borders left
  // out, as in the paper's program.
  const Known known[] = {
      {"images/kodak/03.png", "metrics/03-jpeg30.png", 0.979355},
      {"images/kodak/05.png", "metrics/05-webp60.png", 0.993562},
      {"images/kodak/08.png", "metrics/08-jxl1.png", 0.998347},
      {"images/kodak/13.png", "metrics/13-jpeg30.png", 0.977786},
      {"images/kodak/20.png", "metrics/20-webp60.png", 0.990362},
      {"images/kodak/23.png", "metrics/23-jxl1.png", 0.996868},
  };
  if (!shared_file_exists("metrics/reference.csv")) {
    MESSAGE("skipped: there is no ../shared");
    return;
  }
  for (const Known& k : known) {
    CAPTURE(k.distorted);
    const Picture a = rounded_luma(read_png(kSharedFolder + "/" + k.reference));
    const Picture b = rounded_luma(read_png(kSharedFolder + "/" + k.distorted));
    CHECK(std::abs(ms_ssim(a.view(), b.view()).value() - k.value) < 1e-4);
  }
}

TEST_CASE("SSIM of two flat pictures is the luminance term") {
  Picture a{40, 30, 1, 8, std::vector<std::byte>(1200, std::byte{100}), {}}, b = a;
  std::fill(b.samples.begin(), b.samples.end(), std::byte{140});
  const double c1 = 2.55 * 2.55, expected = (2 * 100.0 * 140 + c1) / (100.0 * 100 + 140.0 * 140 + c1);
  CHECK(ssim(a.view(), b.view()).value() == doctest::Approx(expected).epsilon(1e-4));
  // Two scales, as 20 x 15 still holds the window and 10 x 8 does not; contrast and structure are equal.
  CHECK(ms_ssim(a.view(), b.view()).value() ==
        doctest::Approx(std::pow(expected, 0.2856 / (0.0448 + 0.2856))).epsilon(1e-4));
}

TEST_CASE("SSIM and MS-SSIM are 1 for equal pictures of any size and fall as the error grows") {
  const std::pair<uint32_t, uint32_t> sizes[] = {{1, 1},    {1, 40},    {10, 11},  {11, 11},
                                                 {12, 300}, {177, 176}, {200, 190}};
  for (const std::pair<uint32_t, uint32_t>& size : sizes) {
    const uint32_t width = size.first, height = size.second;  // clang 14 does not capture bindings
    CAPTURE(width);
    CAPTURE(height);
    const Picture picture = noise(width, height, 3, 8);
    CHECK(ssim(picture.view(), picture.view()).value() == 1);
    CHECK(ms_ssim(picture.view(), picture.view()).value() == 1);
    double last_ssim = 1, last_ms_ssim = 1;
    for (const int error : {8, 32, 96}) {
      const Picture distorted = with_error(picture, error);
      const double now_ssim = ssim(picture.view(), distorted.view()).value();
      const double now_ms_ssim = ms_ssim(picture.view(), distorted.view()).value();
      CHECK(now_ssim < last_ssim);
      CHECK(now_ms_ssim < last_ms_ssim);
      last_ssim = now_ssim;
      last_ms_ssim = now_ms_ssim;
    }
  }
}

TEST_CASE("a picture against its negative has no MS-SSIM below zero") {
  Picture picture = noise(64, 64, 1, 8), negative = picture;
  for (std::byte& sample : negative.samples) sample = ~sample;
  CHECK(ssim(picture.view(), negative.view()).value() < 0);
  CHECK(ms_ssim(picture.view(), negative.view()).value() == 0);
}
