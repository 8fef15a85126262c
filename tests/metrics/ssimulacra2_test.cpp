#include <png.h>

#include <doctest/doctest.h>

#include <laq/metrics.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace laq;

namespace {

// A picture with an edge, a gradient and some texture.
Picture test_picture(uint32_t width, uint32_t height, int channels, int depth = 8) {
  Picture picture{width, height, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  const double peak = (1 << depth) - 1;
  uint32_t noise = 1;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    const size_t c = i % channels, x = i / channels % width, y = i / channels / width;
    noise = noise * 1664525 + 1013904223;
    const double value = 0.2 + 0.3 * (x > width / 2) + 0.3 * static_cast<double>(y) / height +
                         0.02 * static_cast<double>(c) + 0.1 * (noise >> 8) / (1 << 24);
    const auto sample = static_cast<uint16_t>(value * peak);
    if (depth > 8) {
      reinterpret_cast<uint16_t*>(picture.samples.data())[i] = sample;
    } else {
      picture.samples[i] = static_cast<std::byte>(sample);
    }
  }
  return picture;
}

// Samples of 8 bits rounded down to multiples of `step`.
Picture coarser(Picture picture, int step) {
  for (std::byte& sample : picture.samples) sample = static_cast<std::byte>(std::to_integer<int>(sample) / step * step);
  return picture;
}

double score(const Picture& reference, const Picture& distorted) {
  return Ssimulacra2::of(reference.view())->score(distorted.view()).value();
}

Picture read_png(const std::string& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE_MESSAGE(png_image_begin_read_from_file(&image, path.c_str()) != 0, path);
  image.format = PNG_FORMAT_RGB;
  Picture picture{image.width, image.height, 3, 8, std::vector<std::byte>(PNG_IMAGE_SIZE(image)), {}};
  REQUIRE(png_image_finish_read(&image, nullptr, picture.samples.data(), 0, nullptr) != 0);
  return picture;
}

// The scores' last decimals need fused multiplication and addition.
bool has_fused_multiply_add() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports("fma") != 0;
#else
  return true;
#endif
}

}  // namespace

TEST_CASE("SSIMULACRA 2 agrees with the tool of libjxl 0.13 on photographs") {
  const std::string folder = LAQ_SHARED_FOLDER;
  std::ifstream table(folder + "/metrics/reference.csv");
  if (!table) {
    MESSAGE("skipped: there is no " << folder);
    return;
  }
  const double tolerance = has_fused_multiply_add() ? 0.01 : 0.2;
  std::string line;
  std::getline(table, line);
  int rows = 0;
  for (; std::getline(table, line); ++rows) {
    std::istringstream fields(line);
    std::string reference, distorted, expected;
    std::getline(fields, reference, ',');
    std::getline(fields, distorted, ',');
    std::getline(fields, expected, ',');
    CAPTURE(distorted);
    const double got = score(read_png(folder + '/' + reference), read_png(folder + '/' + distorted));
    CHECK(std::abs(got - std::stod(expected)) < tolerance);
  }
  CHECK(rows == 18);
}

TEST_CASE("SSIMULACRA 2 of equal pictures is 100, and falls as they get coarser") {
  for (const int channels : {1, 2, 3, 4}) {
    CAPTURE(channels);
    const Picture picture = test_picture(67, 45, channels);
    const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
    CHECK(metric->score(picture.view()).value() == 100);
    double last = 100;
    for (const int step : {4, 16, 64}) {
      const double now = metric->score(coarser(picture, step).view()).value();
      CHECK(now < last);
      last = now;
    }
    CHECK(last < 80);
  }
}

TEST_CASE("SSIMULACRA 2 of a gray picture is that of the same picture in RGB") {
  const Picture gray = test_picture(80, 61, 1), coarse_gray = coarser(gray, 16);
  const auto in_rgb = [](const Picture& picture) {
    Picture rgb{picture.width, picture.height, 3, 8, {}, {}};
    for (const std::byte sample : picture.samples) rgb.samples.insert(rgb.samples.end(), 3, sample);
    return rgb;
  };
  CHECK(score(gray, coarse_gray) == score(in_rgb(gray), in_rgb(coarse_gray)));
}

TEST_CASE("SSIMULACRA 2 looks at values, not at bit depth or row distance") {
  const Picture picture = test_picture(50, 40, 3), coarse = coarser(picture, 16);
  const auto deeper = [](const Picture& p) {
    Picture deep{p.width, p.height, p.channels, 16, std::vector<std::byte>(2 * p.samples.size()), {}};
    for (size_t i = 0; i < p.samples.size(); ++i) {
      reinterpret_cast<uint16_t*>(deep.samples.data())[i] =
          static_cast<uint16_t>(std::to_integer<int>(p.samples[i]) * 257);
    }
    return deep;
  };
  const double expected = score(picture, coarse);
  CHECK(std::abs(score(deeper(picture), coarse) - expected) < 0.1);
  CHECK(std::abs(score(picture, deeper(coarse)) - expected) < 0.1);

  std::vector<std::byte> wide(size_t{200} * 40);
  for (size_t y = 0; y < 40; ++y) std::copy_n(&coarse.samples[y * 150], 150, &wide[y * 200]);
  const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
  CHECK(metric->score({50, 40, 3, 8, wide.data(), 200, nullptr}).value() == expected);
}

TEST_CASE("SSIMULACRA 2 sees transparent samples only as far as they show") {
  Picture a = test_picture(64, 64, 4);
  for (size_t i = 3; i < a.samples.size(); i += 4) a.samples[i] = std::byte{0};
  Picture b = coarser(a, 64);
  CHECK(score(a, b) == 100);
  for (size_t i = 3; i < a.samples.size(); i += 4) a.samples[i] = b.samples[i] = std::byte{255};
  Picture opaque_a{64, 64, 3, 8, {}, {}}, opaque_b = opaque_a;
  for (size_t i = 0; i < a.samples.size(); ++i) {
    if (i % 4 == 3) continue;
    opaque_a.samples.push_back(a.samples[i]);
    opaque_b.samples.push_back(b.samples[i]);
  }
  CHECK(score(a, b) == score(opaque_a, opaque_b));
}

TEST_CASE("SSIMULACRA 2 scores pictures of any size, and refuses pairs of different size") {
  for (const uint32_t width : {1, 7, 8, 9, 16, 33}) {
    for (const uint32_t height : {1, 8, 15, 17}) {
      CAPTURE(width);
      CAPTURE(height);
      const Picture picture = test_picture(width, height, 3);
      CHECK(score(picture, picture) == 100);
      const double coarse = score(picture, coarser(picture, 64));
      CHECK(coarse < 99);
    }
  }
  const Picture picture = test_picture(16, 16, 3), higher = test_picture(16, 17, 3);
  const Result<double> refused = Ssimulacra2::of(picture.view())->score(higher.view());
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
}
