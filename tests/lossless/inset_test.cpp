// Photographs on drawn pages: where they are found, and what insets a reader refuses.
#include "lossless/inset.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include <laq/laq.hpp>

#include "lossless/damaged_payloads.h"
#include "lossless/inset_search.h"

namespace laq::lossless {
namespace {

constexpr int kSide = 256;
constexpr TileArea kTile = {0, 0, kSide, kSide};

// A smooth and noisy rectangle on a page with lines.
uint8_t sample_of_page(int x, int y, int channel, std::mt19937& random) {
  const auto noise = static_cast<int>(random() % 8);
  if (x < 70 || y < 50 || x >= 200 || y >= 180) return y % 9 == 0 && x % 5 != 0 ? 20 : 240;
  return static_cast<uint8_t>(x / 2 + y / (channel + 2) + noise);
}

Picture page() {
  std::mt19937 random(3);
  Picture picture;
  picture.width = picture.height = kSide;
  picture.channels = 3;
  picture.depth = 8;
  picture.samples.resize(size_t{kSide} * kSide * 3);
  size_t i = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      for (int channel = 0; channel < 3; ++channel)
        picture.samples[i++] = static_cast<std::byte>(sample_of_page(x, y, channel, random));
    }
  }
  return picture;
}

EncodeOptions without_loss(int effort) {
  EncodeOptions options;
  options.effort = effort;
  options.target = {TargetKind::max_error, 0};
  return options;
}

bool is_read(const std::vector<Inset>& written) {
  ByteWriter writer;
  write_insets(writer, written);
  const std::vector<std::byte> bytes = writer.take();
  ByteReader reader(bytes);
  std::vector<Inset> insets;
  return read_insets(reader, kTile, insets);
}

TEST_CASE("insets are read as they were written") {
  const std::vector<std::byte> stream(3);
  ByteWriter writer;
  write_insets(writer, {{{1, 2, 30, 40}, stream}, {{31, 2, 225, 254}, stream}});
  const std::vector<std::byte> bytes = writer.take();
  ByteReader reader(bytes);
  std::vector<Inset> insets;
  REQUIRE(read_insets(reader, kTile, insets));
  REQUIRE(insets.size() == 2);
  CHECK(insets[1].area.x == 31);
  CHECK(insets[1].area.width == 225);
  CHECK(insets[1].stream.size() == 3);
  CHECK(reader.rest().empty());
}

TEST_CASE("insets that are none, empty, outside, on each other, or too short are refused") {
  const std::vector<std::byte> stream(3);
  CHECK_FALSE(is_read({}));
  CHECK_FALSE(is_read({{{0, 0, 0, 5}, stream}}));
  CHECK_FALSE(is_read({{{0, 0, 5, 0}, stream}}));
  CHECK_FALSE(is_read({{{kSide, 0, 1, 1}, stream}}));
  CHECK_FALSE(is_read({{{200, 0, 57, 1}, stream}}));
  CHECK_FALSE(is_read({{{0, 200, 1, 57}, stream}}));
  CHECK_FALSE(is_read({{{0, 0, 9, 9}, stream}, {{8, 8, 9, 9}, stream}}));
  CHECK_FALSE(is_read({{{0, 0, 9, 9}, {}}}));
  CHECK_FALSE(is_read({{{0, 0, kSide, kSide}, stream}}));  // a byte for each 2^14 pixels
  CHECK_FALSE(is_read(std::vector<Inset>(kMostInsets + 1, Inset{{0, 0, 1, 1}, stream})));
}

TEST_CASE("a photograph on a page is found with its edges") {
  std::mt19937 random(3);
  PixelField pixels(kSide, kSide);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      for (int channel = 0; channel < 3; ++channel) pixels.row(y)[x][channel] = sample_of_page(x, y, channel, random);
    }
  }
  const std::vector<TileArea> insets = find_insets(pixels);
  REQUIRE(insets.size() == 1);
  CHECK(insets[0].x == 70);
  CHECK(insets[0].y == 50);
  CHECK(insets[0].width == 130);
  CHECK(insets[0].height == 130);
}

TEST_CASE("a page with a photograph comes back as it was, and costs little more than the photograph") {
  const Picture picture = page();
  PictureView photograph = picture.view();
  photograph.samples = picture.samples.data() + 50 * photograph.row_bytes + size_t{70} * 3;
  photograph.width = photograph.height = 130;
  for (const int effort : {1, 5}) {
    const auto file = encode(picture.view(), without_loss(effort)), alone = encode(photograph, without_loss(effort));
    REQUIRE((file.ok() && alone.ok()));
    CHECK(file->size() < alone->size() + 400);
    const auto again = decode(*file);
    REQUIRE(again.ok());
    CHECK(again->samples == picture.samples);
  }
}

TEST_CASE("damaged payloads of pages with photographs never do harm") {
  const auto payload = encode_picture(page().view(), 0, without_loss(5));
  REQUIRE(payload.ok());
  std::mt19937 random(11);
  test::check_damaged(*payload, 60, random);
}

}  // namespace
}  // namespace laq::lossless
