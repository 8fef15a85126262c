// Masks: where they are white, the picture is better, and where they are black, worse.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <laq/inspect.hpp>
#include <laq/laq.hpp>
#include <laq/partial.hpp>

namespace laq {
namespace {

constexpr uint32_t kSide = 192;

// Noise of one strength everywhere.
Picture noise(int channels, int depth) {
  Picture picture{kSide, kSide, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * kSide);
  std::mt19937 random(3);
  for (std::byte& sample : picture.samples) sample = static_cast<std::byte>(96 + random() % 64);
  return picture;
}

double mean_error(const Picture& a, const Picture& b, uint32_t x0, uint32_t x1) {
  double sum = 0;
  for (uint32_t y = 0; y < kSide; ++y) {
    for (uint32_t x = x0; x < x1; ++x) {
      const size_t at = a.row_bytes() * y + static_cast<size_t>(a.channels) * x;
      sum += std::abs(std::to_integer<int>(a.samples[at]) - std::to_integer<int>(b.samples[at]));
    }
  }
  return sum / (kSide * (x1 - x0));
}

// Black on the left, 128 in the middle, white on the right.
std::vector<uint8_t> thirds(uint32_t width, uint32_t height) {
  std::vector<uint8_t> levels;
  for (uint32_t i = 0; i < width * height; ++i) {
    const uint32_t third = i % width * 3 / width;
    levels.push_back(static_cast<uint8_t>(third == 0 ? 0 : third == 1 ? 128 : 255));
  }
  return levels;
}

Result<std::vector<std::byte>> encode_masked(const Picture& picture, const QualityMask& mask, EncodeOptions options) {
  options.mask = &mask;
  return encode(picture.view(), options);
}

TEST_CASE("a mask makes white places better and black ones worse, and leaves those of 128") {
  for (const int channels : {1, 3, 4}) {
    CAPTURE(channels);
    const Picture picture = noise(channels, 8);
    const EncodeOptions options{.quality = 90, .effort = 1, .threads = 1};
    const std::vector<uint8_t> levels = thirds(kSide, kSide);
    const Picture plain = *decode(*encode(picture.view(), options));
    const auto file = encode_masked(picture, {kSide, kSide, levels.data(), kSide}, options);
    REQUIRE(file.ok());
    const Picture masked = *decode(*file);
    const double left = mean_error(picture, masked, 0, 64), middle = mean_error(picture, masked, 64, 128),
                 right = mean_error(picture, masked, 128, 192);
    CHECK(left > 1.5 * mean_error(picture, plain, 0, 64));
    CHECK(middle == doctest::Approx(mean_error(picture, plain, 64, 128)).epsilon(0.2));
    if (channels == 1) CHECK(right < mean_error(picture, plain, 128, 192) / 3);  // chroma keeps its step
    CHECK(right < middle);
    const std::vector<uint8_t> of_squares = thirds(kSide / 16, kSide / 16);
    CHECK(*encode_masked(picture, {kSide / 16, kSide / 16, of_squares.data(), kSide / 16}, options) == *file);
  }
}

TEST_CASE("a mask of 128 changes no byte, with and without adaptive quantization") {
  const Picture picture = noise(3, 8);
  const std::vector<uint8_t> levels(size_t{kSide} * kSide, 128);
  for (const bool adaptive : {false, true}) {
    for (const Tune tune : {Tune::perceptual, Tune::psnr}) {
      const EncodeOptions options{.quality = 50, .effort = 1, .tune = tune, .adaptive_quantization = adaptive};
      CHECK(*encode_masked(picture, {kSide, kSide, levels.data(), kSide}, options) == *encode(picture.view(), options));
    }
  }
}

TEST_CASE("extreme masks can be coded at every quality") {
  const Picture picture = noise(3, 8);
  std::vector<uint8_t> levels(size_t{kSide / 16} * (kSide / 16));
  for (size_t i = 0; i < levels.size(); ++i) levels[i] = (i + i / (kSide / 16)) % 2 == 0 ? 0 : 255;
  const QualityMask mask{kSide / 16, kSide / 16, levels.data(), kSide / 16};
  for (const float quality : {0.0F, 30.0F, 99.0F}) {
    const auto file = encode_masked(picture, mask, {.quality = quality, .effort = 1});
    REQUIRE(file.ok());
    CHECK(decode(*file).ok());
    CHECK(*file == *encode_masked(picture, mask, {.quality = quality, .effort = 1, .threads = 3}));
  }
}

TEST_CASE("a mask moves the quality of rows that are given one after the other") {
  const uint32_t width = 192, height = 1000;
  Picture picture{width, height, 1, 8, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  std::mt19937 random(5);
  for (std::byte& sample : picture.samples) sample = static_cast<std::byte>(96 + random() % 64);
  std::vector<uint8_t> levels(size_t{width} * height);  // black above, white below
  std::fill(levels.begin() + static_cast<ptrdiff_t>(levels.size() / 2), levels.end(), uint8_t{255});
  const QualityMask mask{width, height, levels.data(), width};
  const GiveRows give = [&](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
    for (uint32_t row = 0; row < count; ++row)
      std::copy_n(picture.samples.data() + picture.row_bytes() * (y + row), picture.row_bytes(),
                  static_cast<std::byte*>(rows) + row_bytes * row);
    return true;
  };
  PictureView sizes = picture.view();
  sizes.samples = nullptr;
  const auto file = encode_rows(sizes, give, {.quality = 90, .effort = 1, .threads = 1, .mask = &mask});
  REQUIRE(file.ok());
  const Picture decoded = *decode(*file);
  const auto error_of_rows = [&](uint32_t y0, uint32_t y1) {
    double sum = 0;
    for (size_t i = size_t{width} * y0; i < size_t{width} * y1; ++i)
      sum += std::abs(std::to_integer<int>(picture.samples[i]) - std::to_integer<int>(decoded.samples[i]));
    return sum / (double(width) * (y1 - y0));
  };
  CHECK(error_of_rows(0, 480) > 3 * error_of_rows(520, 1000));
  CHECK(error_of_rows(400, 480) > 3 * error_of_rows(520, 600));
  const QualityMask other{width, height - 1, levels.data(), width};
  CHECK(encode_rows(sizes, give, {.effort = 1, .mask = &other}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a mask does not change the preview of a progressive file") {
  const Picture picture = noise(1, 8);
  const std::vector<uint8_t> levels = thirds(kSide, kSide);
  const QualityMask mask{kSide, kSide, levels.data(), kSide};
  const EncodeOptions options{.quality = 60, .effort = 1, .threads = 1, .progressive = true};
  const auto preview_of = [](const std::vector<std::byte>& file) {
    const auto part = decode_part(file, {.reduction = 8});
    REQUIRE(part.ok());
    return part->picture.samples;
  };
  CHECK(preview_of(*encode_masked(picture, mask, options)) == preview_of(*encode(picture.view(), options)));
}

TEST_CASE("masks of another size, without levels, or for no loss are refused") {
  const Picture picture = noise(1, 8);
  const std::vector<uint8_t> levels(size_t{kSide} * kSide);
  const auto refusal = [&](const QualityMask& mask, const EncodeOptions& options = {}) {
    const auto file = encode_masked(picture, mask, options);
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().code == ErrorCode::invalid_argument);
    return file.error().message;
  };
  CHECK(refusal({kSide, kSide - 1, levels.data(), kSide}).find("192 x 191 levels") != std::string::npos);
  CHECK(refusal({kSide, kSide, nullptr, kSide}) == "mask.levels is null");
  CHECK(refusal({kSide, kSide, levels.data(), kSide - 1}).find("mask.row_bytes is 191") == 0);
  const QualityMask mask{kSide, kSide, levels.data(), kSide};
  CHECK(refusal(mask, {.target = {TargetKind::max_error, 2}}).find("a mask moves steps") == 0);
  CHECK(refusal(mask, {.quality = 100}).find("a mask moves steps") == 0);
}

}  // namespace
}  // namespace laq
