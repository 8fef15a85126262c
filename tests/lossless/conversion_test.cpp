// Conversions of colours: lossless pictures whose colours come from luma and chromas.
#include <doctest/doctest.h>

#include <random>

#include <laq/laq.hpp>

#include "for_each_target.h"
#include "lossless/colour_conversion.h"
#include "lossless/conversion_search.h"
#include "lossless/damaged_payloads.h"
#include "lossless/lossless_codec.h"
#include "picture/synthetic_picture.h"

namespace laq::test {
namespace {

constexpr Content kConverted[] = {Content::jfif, Content::photo_cd};

std::vector<std::byte> payload_of(const Picture& picture) {
  const auto payload = lossless::encode_picture(picture.view(), 0, {});
  REQUIRE(payload.ok());
  return *payload;
}

std::vector<std::byte> decoded_samples(const std::vector<std::byte>& payload) {
  const auto picture = lossless::decode_picture(payload, {});
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
  return picture->samples;
}

TEST_CASE("a decimal is rounded down, also below 0") {
  CHECK(lossless::floor_of_decimal(9999) == 0);
  CHECK(lossless::floor_of_decimal(10000) == 1);
  CHECK(lossless::floor_of_decimal(0) == 0);
  CHECK(lossless::floor_of_decimal(-1) == -1);
  CHECK(lossless::floor_of_decimal(-10000) == -1);
  CHECK(lossless::floor_of_decimal(-3460125) == -347);
}

TEST_CASE("gray stays gray in every conversion") {
  CHECK(lossless::rgb_of_jfif({128, 77, 128}) == lossless::Rgb{77, 77, 77});
  CHECK(lossless::rgb_of_photo_cd({137, 100, 156}) == lossless::Rgb{135, 135, 135});
  CHECK(lossless::rgb_of_photo_cd({137, 200, 156}) == lossless::Rgb{255, 255, 255});
}

TEST_CASE("colours that a conversion gives cost less than others that are as smooth") {
  for (const Content content : kConverted) {
    for (const int channels : {3, 4}) {
      const Picture picture = make_picture(content, 150, 130, channels, 8);
      Picture moved = picture;  // one level off, at random: few of these colours are given by a conversion
      std::mt19937 random(5);
      for (std::byte& sample : moved.samples)
        sample = static_cast<std::byte>(std::min(std::to_integer<unsigned>(sample) + random() % 2, 255ul));
      const auto payload = payload_of(picture), other = payload_of(moved);
      CHECK(decoded_samples(payload) == picture.samples);
      CHECK(decoded_samples(other) == moved.samples);
      CHECK(1.1 * static_cast<double>(payload.size()) < static_cast<double>(other.size()));
    }
  }
}

TEST_CASE("what a conversion misses is corrected") {
  for (const Content content : kConverted) {
    Picture picture = make_picture(content, 140, 120, 3, 8);
    const size_t exact = payload_of(picture).size();
    std::mt19937 random(9);
    for (int i = 0; i < 20; ++i) picture.samples[random() % picture.samples.size()] ^= std::byte{1};
    const auto payload = payload_of(picture);
    CHECK(decoded_samples(payload) == picture.samples);
    CHECK(payload.size() < exact + exact / 50);
  }
}

TEST_CASE("colours that were clamped are found, too") {
  for (const auto conversion : {lossless::Conversion::jfif, lossless::Conversion::photo_cd}) {
    lossless::PixelField pixels(40, 30);
    Picture picture{40, 30, 3, 8, {}, {}};
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        const lossless::Rgb rgb = lossless::rgb_of(conversion, {150 + 2 * y, 130 + 2 * x, 90 + y + x});
        pixels.row(y)[x] = {static_cast<uint16_t>(rgb[0]), static_cast<uint16_t>(rgb[1]), static_cast<uint16_t>(rgb[2]),
                            0};
      }
    }
    const auto found = lossless::find_conversion(pixels);
    REQUIRE(found.has_value());
    CHECK(*found == conversion);
    CHECK(lossless::convert_pixels(conversion, pixels).size() < 300);
  }
}

TEST_CASE("converted pictures are the same bytes on every SIMD target") {
  const Picture picture = make_picture(Content::photo_cd, 90, 70, 3, 8);
  const auto payload = payload_of(picture);
  for_each_target([&] {
    CHECK(payload_of(picture) == payload);
    CHECK(decoded_samples(payload) == picture.samples);
  });
}

TEST_CASE("damaged payloads of converted pictures never do harm") {
  std::mt19937 random(11);
  for (const Content content : kConverted) {
    Picture picture = make_picture(content, 60, 50, 4, 8);
    for (int i = 0; i < 20; ++i) picture.samples[random() % picture.samples.size()] = static_cast<std::byte>(random());
    const auto payload = payload_of(picture);
    check_damaged(payload, 150, random);
  }
}

}  // namespace
}  // namespace laq::test
