// Pictures of floating-point samples: without loss, with a bound, lossy, and what is refused.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <laq/float16.hpp>
#include <laq/laq.hpp>
#include <laq/metrics.hpp>
#include <laq/partial.hpp>

namespace laq {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

void set(Picture& picture, size_t index, float value) {
  std::byte* const to = picture.samples.data() + index * picture.sample_bytes();
  const Float16 half(value);
  picture.sample_format == SampleFormat::float32 ? std::memcpy(to, &value, 4) : std::memcpy(to, &half, 2);
}

float get(const Picture& picture, size_t index) {
  const std::byte* const from = picture.samples.data() + index * picture.sample_bytes();
  if (picture.sample_format == SampleFormat::float32) {
    float value;
    std::memcpy(&value, from, 4);
    return value;
  }
  Float16 half;
  std::memcpy(&half, from, 2);
  return static_cast<float>(static_cast<double>(half));
}

// Light over 14 octaves; alpha is 0 to 1.
Picture light_picture(uint32_t width, uint32_t height, int channels, SampleFormat format) {
  Picture picture{width, height, channels, depth_of(format), {}, {}, format};
  picture.samples.resize(picture.row_bytes() * height);
  size_t i = 0;
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c, ++i) {
        const bool is_alpha = channels % 2 == 0 && c == channels - 1;
        const float wave =
            std::sin(0.11F * static_cast<float>(x) + 0.07F * static_cast<float>(y) + static_cast<float>(c));
        set(picture, i, is_alpha ? 0.5F + 0.5F * wave : std::exp2(5 * wave));
      }
    }
  }
  return picture;
}

std::vector<std::byte> file_of(const Picture& picture, const EncodeOptions& options) {
  const auto file = encode(picture.view(), options);
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  return *file;
}

Picture decoded(std::span<const std::byte> file) {
  auto picture = decode(file);
  REQUIRE_MESSAGE(picture.ok(), picture.error().message);
  return *picture;
}

size_t samples_of(const Picture& picture) {
  return picture.samples.size() / picture.sample_bytes();
}

}  // namespace

TEST_CASE("floating-point samples come back bit by bit without loss, NaN and infinity too") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const auto& [width, height] : {std::pair{1, 1}, {1, 7}, {37, 21}}) {
        Picture picture = light_picture(width, height, channels, format);
        for (const float value : {kNaN, -kInfinity, kInfinity, -0.0F, -3.5F}) {
          set(picture, samples_of(picture) / 2, value);
          const auto file = file_of(picture, {.quality = 100});
          CHECK(decoded(file).samples == picture.samples);
          const auto info = inspect(file);
          REQUIRE(info.ok());
          CHECK(info->sample_format == format);
          CHECK(info->depth == depth_of(format));
          CHECK(info->has_bound);
          CHECK(info->float_max_error == 0);
        }
      }
    }
  }
}

TEST_CASE("a bound on floating-point samples holds, and leaves NaN and infinity as they are") {
  Picture picture = light_picture(40, 30, 3, SampleFormat::float32);
  set(picture, 100, kNaN);
  set(picture, 200, -kInfinity);
  const auto file = file_of(picture, {.target = {TargetKind::max_error, 0.01}});
  const Picture again = decoded(file);
  CHECK(inspect(file)->float_max_error == 0.01);
  CHECK(file.size() < file_of(picture, {.quality = 100}).size());
  for (size_t i = 0; i < samples_of(picture); ++i) {
    if (i == 100) {
      CHECK(std::isnan(get(again, i)));
    } else if (i == 200) {
      CHECK(get(again, i) == -kInfinity);
    } else {
      CHECK(std::abs(get(again, i) - get(picture, i)) <= 0.01F);
    }
  }
}

TEST_CASE("lossy floating-point samples are wrong by a share of their light, less with quality") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    for (int channels = 1; channels <= 4; ++channels) {
      const Picture picture = light_picture(61, 43, channels, format);
      double worst_before = 1e9;
      size_t bytes_before = 0;
      for (const float quality : {60.0F, 85.0F, 97.0F}) {
        const auto file = file_of(picture, {.quality = quality});
        const Picture again = decoded(file);
        CHECK(again.sample_format == format);
        CHECK(again.channels == channels);
        double worst = 0;
        for (size_t i = 0; i < samples_of(picture); ++i) {
          const bool is_alpha = channels % 2 == 0 && i % channels == static_cast<size_t>(channels) - 1;
          if (!is_alpha) worst = std::max(worst, std::abs(std::log2(double{get(again, i)} / double{get(picture, i)})));
        }
        CAPTURE(quality);
        CAPTURE(channels);
        CHECK(worst < (quality > 90 ? 0.02 : 2));
        CHECK(worst < worst_before);
        CHECK(file.size() > bytes_before);
        worst_before = worst;
        bytes_before = file.size();
      }
    }
  }
}

TEST_CASE("negative light and light of any unit is coded like other light") {
  const Picture picture = light_picture(50, 40, 3, SampleFormat::float32);
  const size_t bytes = file_of(picture, {.quality = 80}).size();
  for (const float unit : {0x1p-40F, -1.0F, 0x1p60F}) {
    Picture scaled = picture;
    for (size_t i = 0; i < samples_of(picture); ++i) set(scaled, i, get(picture, i) * unit);
    const auto file = file_of(scaled, {.quality = 80});
    CHECK(std::abs(static_cast<double>(file.size()) / static_cast<double>(bytes) - 1) < (unit < 0 ? 0.3 : 0.01));
    const Picture again = decoded(file);
    for (size_t i = 0; i < samples_of(picture); ++i) {
      const double ratio = double{get(again, i)} / double{get(scaled, i)};
      REQUIRE(ratio > 0.4);
      REQUIRE(ratio < 2.5);
    }
  }
}

TEST_CASE("what lossy floating-point pictures cannot be is refused with a reason") {
  Picture picture = light_picture(8, 6, 3, SampleFormat::float32);
  const auto message = [&](const EncodeOptions& options) {
    const auto file = encode(picture.view(), options);
    return file.ok() ? std::string() : file.error().message;
  };
  CHECK(message({.progressive = true}).starts_with("progressive is set, and pictures of floating-point samples"));
  set(picture, 3 * (8 * 2 + 5) + 1, kNaN);
  CHECK(message({}).starts_with("picture.samples has NaN at column 5, row 2"));
  set(picture, 3 * (8 * 2 + 5) + 1, kInfinity);
  CHECK(message({}).starts_with("picture.samples has infinity at column 5, row 2"));
  PictureView view = picture.view();
  view.depth = 16;
  CHECK(encode(view).error().message == "picture.depth is 16, of these floating-point samples it is 32");
  view = picture.view();
  view.sample_format = static_cast<SampleFormat>(3);
  CHECK(encode(view).error().message == "picture.sample_format is 3, it must be 0 to 2");
  view = picture.view();
  view.row_bytes += 2;
  CHECK(encode(view).error().message.find("no multiple of 4") != std::string::npos);
  const GiveRows give = [](uint32_t, uint32_t, void*, size_t) { return true; };
  CHECK(encode_rows(picture.view(), give, {.quality = 100}).error().code == ErrorCode::unsupported);
  CHECK(decode_part(file_of(picture, {.quality = 100}), {}).error().code == ErrorCode::unsupported);
}

TEST_CASE("floating-point pictures meet targets, by PQ-coded values") {
  const Picture picture = light_picture(96, 80, 3, SampleFormat::float16);
  const auto file = file_of(picture, {.target = {TargetKind::psnr, 50}});
  const auto ratios = psnr(picture.view(), decoded(file).view());
  REQUIRE(ratios.ok());
  CHECK(ratios->rgb > 49.9);
  CHECK(file_of(picture, {.target = {TargetKind::bytes, 3000}}).size() <= 3000);
  CHECK(std::isinf(psnr(picture.view(), picture.view())->rgb));
}

TEST_CASE("a damaged file of floating-point samples is an error or a picture, and limits are kept") {
  for (const float quality : {100.0F, 80.0F, 98.0F}) {
    const auto file = file_of(light_picture(20, 16, 4, SampleFormat::float16), {.quality = quality});
    for (size_t size = 0; size < file.size(); size += 3) CHECK_FALSE(decode(std::span(file).first(size)).ok());
    CHECK(decode(file, {.max_pixels = 319}).error().code == ErrorCode::limit_exceeded);
    CHECK(decode(file, {.max_bytes = 2000}).error().code == ErrorCode::limit_exceeded);
  }
}

}  // namespace laq
