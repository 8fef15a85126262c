// Pictures of floating-point samples: without loss, with a bound, lossy, and what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <laq/laq.hpp>
#include <laq/metrics.hpp>
#include <laq/partial.hpp>

#include "api/light_picture.h"

namespace laq {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

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

}  // namespace

TEST_CASE("floating-point samples come back bit by bit without loss, NaN and infinity too") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const auto& [width, height] : {std::pair{1, 1}, {1, 7}, {37, 21}}) {
        Picture picture = light_picture(width, height, channels, format);
        for (const float value : {kNaN, -kInfinity, kInfinity, -0.0F, -3.5F}) {
          set_light(picture, samples_of(picture) / 2, value);
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
  set_light(picture, 100, kNaN);
  set_light(picture, 200, -kInfinity);
  const auto file = file_of(picture, {.target = {TargetKind::max_error, 0.01}});
  const Picture again = decoded(file);
  CHECK(inspect(file)->float_max_error == 0.01);
  CHECK(file.size() < file_of(picture, {.quality = 100}).size());
  for (size_t i = 0; i < samples_of(picture); ++i) {
    if (i == 100) {
      CHECK(std::isnan(get_light(again, i)));
    } else if (i == 200) {
      CHECK(get_light(again, i) == -kInfinity);
    } else {
      CHECK(std::abs(get_light(again, i) - get_light(picture, i)) <= 0.01F);
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
          if (!is_alpha)
            worst = std::max(worst, std::abs(std::log2(double{get_light(again, i)} / double{get_light(picture, i)})));
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
    for (size_t i = 0; i < samples_of(picture); ++i) set_light(scaled, i, get_light(picture, i) * unit);
    const auto file = file_of(scaled, {.quality = 80});
    CHECK(std::abs(static_cast<double>(file.size()) / static_cast<double>(bytes) - 1) < (unit < 0 ? 0.3 : 0.01));
    const Picture again = decoded(file);
    for (size_t i = 0; i < samples_of(picture); ++i) {
      const double ratio = double{get_light(again, i)} / double{get_light(scaled, i)};
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
  CHECK(message({.quality = 100, .progressive = true}).starts_with("progressive is set, and pictures without loss"));
  set_light(picture, 3 * (8 * 2 + 5) + 1, kNaN);
  CHECK(message({}).starts_with("picture.samples has NaN at column 5, row 2"));
  set_light(picture, 3 * (8 * 2 + 5) + 1, kInfinity);
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
}

TEST_CASE("rows of floating-point samples make the file of the whole picture") {
  for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
    Picture picture = light_picture(70, 150, 3, format);
    picture.metadata.orientation = 6;
    uint32_t next = 0;
    const GiveRows give = [&](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
      CHECK(y == next);
      next = y + count;
      for (uint32_t i = 0; i < count; ++i)
        std::memcpy(static_cast<std::byte*>(rows) + row_bytes * i,
                    picture.samples.data() + picture.row_bytes() * (y + i), picture.row_bytes());
      return true;
    };
    for (const EncodeOptions& options :
         {EncodeOptions{.quality = 100}, EncodeOptions{.quality = 98}, EncodeOptions{.progressive = true},
          EncodeOptions{.target = {TargetKind::max_error, 0.125}}}) {
      next = 0;
      PictureView sizes = picture.view();
      sizes.samples = nullptr;
      const auto file = encode_rows(sizes, give, options);
      REQUIRE_MESSAGE(file.ok(), file.error().message);
      CHECK(next == 150);
      CHECK(*file == file_of(picture, options));
    }
    const GiveRows none = [](uint32_t, uint32_t, void*, size_t) { return false; };
    CHECK(encode_rows(picture.view(), none, {}).error().code == ErrorCode::cancelled);
    CHECK(encode_rows(picture.view(), give, {.max_pixels = 10499}).error().code == ErrorCode::limit_exceeded);
    set_light(picture, 3 * 70 * 2, kNaN);
    next = 0;
    CHECK(encode_rows(picture.view(), give, {})
              .error()
              .message.starts_with("picture.samples has NaN at column 0, row 2"));
  }
}

TEST_CASE("a mask moves the errors of light to where it is black") {
  const Picture picture = light_picture(128, 64, 3, SampleFormat::float32);
  std::vector<uint8_t> levels(8 * 4);
  for (size_t i = 0; i < levels.size(); ++i) levels[i] = i % 8 < 4 ? 0 : 255;
  const QualityMask mask{8, 4, levels.data(), 8};
  const Picture again = decoded(file_of(picture, {.quality = 60, .mask = &mask}));
  double left = 0, right = 0;
  for (size_t i = 0; i < samples_of(picture); ++i) {
    const double octaves = std::abs(std::log2(double{get_light(again, i)} / double{get_light(picture, i)}));
    (i / 3 % 128 < 64 ? left : right) += octaves;
  }
  CHECK(left > 2 * right);
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
