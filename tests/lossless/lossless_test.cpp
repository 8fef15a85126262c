// Pictures without loss or with a bound: what comes out, and what damage does.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include <laq/laq.hpp>

#include "for_each_target.h"
#include "lossless/lossless_codec.h"
#include "picture/synthetic_picture.h"

namespace laq::test {
namespace {

std::vector<std::byte> encoded(const Picture& picture, uint32_t max_error = 0, int effort = 5) {
  EncodeOptions options;
  options.effort = effort;
  options.target = {TargetKind::max_error, double(max_error)};
  const auto file = encode(picture.view(), options);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return *file;
}

Picture decoded(const std::vector<std::byte>& file) {
  auto picture = decode(file);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
  return std::move(*picture);
}

uint32_t largest_error(const Picture& a, const Picture& b) {
  uint32_t largest = 0;
  for (size_t i = 0; i < size_t{a.width} * a.height * a.channels; ++i) {
    const uint32_t x = sample_of(a, i), y = sample_of(b, i);
    largest = std::max(largest, x > y ? x - y : y - x);
  }
  return largest;
}

TEST_CASE("pictures without loss are the same bytes on every SIMD target") {
  const Picture picture = make_picture(Content::texture, 150, 90, 3, 8);
  const auto file = encoded(picture);
  for_each_target([&] { CHECK(encoded(picture) == file); });
}

TEST_CASE("lossless pictures of every depth, channels and content come back as they were") {
  unsigned seed = 0;
  for (const Content content : kContents) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const int depth : {1, 2, 5, 8, 9, 12, 16}) {
        ++seed;
        const Picture picture = make_picture(content, 37 + seed % 9, 29 + seed % 11, channels, depth, seed);
        const Picture again = decoded(encoded(picture));
        CAPTURE(channels);
        CAPTURE(depth);
        CHECK(again.depth == depth);
        CHECK(again.samples == picture.samples);
      }
    }
  }
}

TEST_CASE("lossless pictures of one sample, row or column, and of several tiles come back as they were") {
  constexpr std::array<std::array<uint32_t, 2>, 6> kSizes = {{{1, 1}, {1, 70}, {70, 1}, {8, 8}, {9, 7}, {900, 40}}};
  for (const auto& [width, height] : kSizes) {
    const Picture picture = make_picture(Content::texture, width, height, 3, 8);
    CHECK(decoded(encoded(picture)).samples == picture.samples);
  }
}

TEST_CASE("every effort of lossless coding gives the samples back") {
  const Picture picture = make_picture(Content::texture, 96, 64, 3, 8);
  for (int effort = 1; effort <= 9; ++effort) CHECK(decoded(encoded(picture, 0, effort)).samples == picture.samples);
}

TEST_CASE("no sample is wrong by more than the bound, and a wider bound takes fewer bytes") {
  for (const int depth : {8, 16}) {
    const Picture picture = make_picture(Content::texture, 120, 90, 4, depth);
    size_t before = encoded(picture).size();
    for (const uint32_t bound : {1u, 2u, 4u, 13u}) {
      const std::vector<std::byte> file = encoded(picture, bound);
      CHECK(largest_error(picture, decoded(file)) <= bound);
      CHECK(file.size() < before);
      before = file.size();
    }
  }
  const Picture noise = make_picture(Content::noise, 60, 50, 3, 8);
  CHECK(largest_error(noise, decoded(encoded(noise, 100))) <= 100);
}

TEST_CASE("a lossless file says so") {
  const Picture picture = make_picture(Content::edges, 40, 30, 3, 8);
  const auto info = inspect(encoded(picture, 3));
  REQUIRE(info.ok());
  CHECK(info->has_bound);
  CHECK(info->max_error == 3);
  CHECK(info->width == 40);
}

TEST_CASE("samples of 12 bits in 16 cost what 12 bits cost") {
  std::mt19937 random(3);
  Picture narrow{128, 96, 1, 12, {}, {}}, wide{128, 96, 1, 16, {}, {}};
  narrow.samples.resize(narrow.row_bytes() * narrow.height);
  wide.samples.resize(wide.row_bytes() * wide.height);
  for (size_t i = 0; i < size_t{128} * 96; ++i) {
    const uint32_t value = 1000 + static_cast<uint32_t>(i % 128) * 5 + random() % 64;
    set_sample(narrow, i, value);
    set_sample(wide, i, value << 4);
  }
  CHECK(static_cast<double>(encoded(wide).size()) < 1.02 * static_cast<double>(encoded(narrow).size()) + 32);
}

TEST_CASE("noise takes hardly more than its samples") {
  const Picture picture = make_picture(Content::noise, 100, 80, 3, 8);
  CHECK(encoded(picture).size() <= picture.samples.size() + 64);
}

TEST_CASE("what repeats takes few bytes") {
  const Picture picture = make_picture(Content::glyphs, 260, 200, 3, 8);
  CHECK(encoded(picture).size() * 40 < picture.samples.size());
}

TEST_CASE("a bound that is no whole number is refused") {
  const Picture picture = make_picture(Content::flat, 8, 8, 1, 8);
  for (const double bound : {0.5, -1.0, 65536.0}) {
    EncodeOptions options;
    options.target = {TargetKind::max_error, bound};
    CHECK_FALSE(encode(picture.view(), options).ok());
  }
}

TEST_CASE("the bytes of a lossless picture do not depend on the number of threads") {
  const Picture picture = make_picture(Content::texture, 1100, 60, 3, 8);
  EncodeOptions options;
  options.target = {TargetKind::max_error, 0};
  options.threads = 1;
  const auto one = encode(picture.view(), options);
  options.threads = 4;
  const auto four = encode(picture.view(), options);
  REQUIRE((one.ok() && four.ok()));
  CHECK(*one == *four);
}

TEST_CASE("damaged and cut off lossless payloads never do harm") {
  std::mt19937 random(7);
  for (const Content content : {Content::texture, Content::glyphs, Content::noise}) {
    const Picture picture = make_picture(content, 70, 50, 4, content == Content::texture ? 12 : 8);
    const auto payload = lossless::encode_picture(picture.view(), 0, {});
    REQUIRE(payload.ok());
    for (int round = 0; round < 120; ++round) {
      std::vector<std::byte> damaged = *payload;
      if (round % 3 == 0) {
        damaged.resize(random() % damaged.size());
      } else {
        for (int i = 0; i < 1 + round % 4; ++i)
          damaged[random() % damaged.size()] ^= static_cast<std::byte>(1u << random() % 8);
      }
      DecodeOptions limits;
      limits.max_pixels = 1 << 16;
      const auto result = lossless::decode_picture(damaged, limits);
      if (result.ok()) CHECK(result->samples.size() == result->row_bytes() * result->height);
    }
  }
}

}  // namespace
}  // namespace laq::test
