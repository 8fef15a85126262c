// Pictures without loss or with a bound: what comes out, and what damage does.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include <zlib.h>
#include <laq/laq.hpp>

#include "for_each_target.h"
#include "lossless/damaged_payloads.h"
#include "lossless/lossless_codec.h"
#include "lossless/png_filter.h"
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
  for (const int effort : {1, 5}) {
    const auto file = encoded(picture, 0, effort);
    for_each_target([&] {
      CHECK(encoded(picture, 0, effort) == file);
      CHECK(decoded(file).samples == picture.samples);
    });
  }
}

TEST_CASE("lossless pictures of every depth, channels and content come back as they were") {
  unsigned seed = 0;
  for (const Content content : kContents) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const int depth : {1, 2, 5, 8, 9, 12, 16}) {
        ++seed;
        const Picture picture = make_picture(content, 37 + seed % 9, 29 + seed % 11, channels, depth, seed);
        CAPTURE(channels);
        CAPTURE(depth);
        for (const int effort : {1, 5}) {
          const Picture again = decoded(encoded(picture, 0, effort));
          CHECK(again.depth == depth);
          CHECK(again.samples == picture.samples);
        }
      }
    }
  }
}

TEST_CASE("lossless pictures of one sample, row or column, and of several tiles come back as they were") {
  constexpr std::array<std::array<uint32_t, 2>, 6> kSizes = {{{1, 1}, {1, 70}, {70, 1}, {8, 8}, {9, 7}, {900, 40}}};
  for (const auto& [width, height] : kSizes) {
    const Picture picture = make_picture(Content::texture, width, height, 3, 8);
    for (const int effort : {1, 5}) CHECK(decoded(encoded(picture, 0, effort)).samples == picture.samples);
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

// The bytes of a picture as PNG would keep it: rows with filters, deflated as well as zlib can.
size_t deflated_size(const Picture& picture, int filter) {
  const size_t row = picture.row_bytes(), pixel = row / picture.width;
  std::vector<Bytef> rows;
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* const now = reinterpret_cast<const uint8_t*>(picture.samples.data()) + row * y;
    const std::vector<uint8_t> none(row);
    const uint8_t* const above = y > 0 ? now - row : none.data();
    rows.push_back(static_cast<Bytef>(filter));
    for (size_t i = 0; i < row; ++i) {
      const int a = i < pixel ? 0 : now[i - pixel], c = i < pixel ? 0 : above[i - pixel];
      rows.push_back(static_cast<Bytef>(now[i] - lossless::png_prediction(filter, a, above[i], c)));
    }
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::vector<Bytef> bytes(size);
  REQUIRE(compress2(bytes.data(), &size, rows.data(), static_cast<uLong>(rows.size()), 9) == Z_OK);
  return size;
}

TEST_CASE("a ramp, which a filter of PNG makes constant, is no larger than PNG makes it") {
  for (const uint32_t side : {32u, 200u}) {
    Picture ramp{side, side, 3, 8, {}, {}};
    ramp.samples.resize(ramp.row_bytes() * side);
    for (size_t i = 0; i < ramp.samples.size(); ++i)
      ramp.samples[i] = static_cast<std::byte>(7 * (i % ramp.row_bytes()) + 3 * (i / ramp.row_bytes()));
    for (int filter = 0; filter < lossless::kPngFilters; ++filter)
      CHECK(encoded(ramp).size() <= deflated_size(ramp, filter) + 64);
  }
}

TEST_CASE("a lossless file is never larger than the samples, or than PNG's rows deflated, but for its header") {
  constexpr size_t kHeader = 64;
  for (const Content content : kContents) {
    for (const int channels : {1, 3, 4}) {
      const Picture picture = make_picture(content, 90, 70, channels, 8);
      const size_t size = encoded(picture).size();
      CAPTURE(static_cast<int>(content));
      CAPTURE(channels);
      CHECK(size <= picture.samples.size() + kHeader);
      for (int filter = 0; filter < lossless::kPngFilters; ++filter)
        CHECK(size <= deflated_size(picture, filter) + kHeader);
    }
  }
  const Picture noise = make_picture(Content::noise, 100, 80, 3, 8);
  CHECK(encoded(noise, 0, 1).size() <= noise.samples.size() + kHeader);
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
    EncodeOptions options;
    options.effort = content == Content::noise ? 1 : 5;
    const auto payload = lossless::encode_picture(picture.view(), 0, options);
    REQUIRE(payload.ok());
    check_damaged(*payload, 120, random);
  }
}

}  // namespace
}  // namespace laq::test
