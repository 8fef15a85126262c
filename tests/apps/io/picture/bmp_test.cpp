// BMP files: what is written reads back, and files of other headers, which are put together here, give what they hold.
#include <doctest/doctest.h>

#include "io/bytes.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::Picture;
using laq::io::decode_bmp;
using laq::io::encode_bmp;

namespace {

constexpr uint64_t kMaxPixels = 1 << 20;
using Samples = std::vector<uint32_t>;

std::string number(uint64_t value, size_t bytes = 4) {
  return laq::io::integer_text(value, bytes, false);
}

// A file with BITMAPINFOHEADER; what follows it is `behind`, a palette or masks.
std::string file_of(uint32_t width, int32_t height, uint32_t bits, uint32_t compression, const std::string& behind,
                    const std::string& pixels, uint32_t colours = 0) {
  return "BM" + number(0) + number(0) + number(54 + behind.size()) + number(40) + number(width) +
         number(static_cast<uint32_t>(height)) + number(1, 2) + number(bits, 2) + number(compression) + number(0) +
         number(0) + number(0) + number(colours) + number(0) + behind + pixels;
}

const std::string kGrays = number(0x000000) + number(0x808080) + number(0xffffff);
const std::string kColours = number(0x000000) + number(0xff0000) + number(0x00ff00);

laq::io::Noted<Picture> read(const std::string& text) {
  auto picture = decode_bmp(bytes_of(text), kMaxPixels);
  REQUIRE_MESSAGE(picture.ok(), picture.error().message);
  return std::move(*picture);
}

Samples samples_of(const Picture& picture) {
  Samples samples;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) samples.push_back(sample(picture, i));
  return samples;
}

std::string why(const std::string& text) {
  const auto picture = decode_bmp(bytes_of(text), kMaxPixels);
  return picture.ok() ? "" : picture.error().message;
}

}  // namespace

TEST_CASE("BMP: a picture that is written reads back with profile and resolution") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const uint32_t size : {1u, 2u, 3u, 37u}) {
      for (const bool has_icc : {false, true}) {
        CAPTURE(channels);
        Picture picture = sample_picture(size, size + 1, channels, 8);
        picture.metadata.pixels_per_metre_x = 11811;
        picture.metadata.pixels_per_metre_y = 5906;
        if (has_icc) picture.metadata.icc = sample_icc();
        const auto file = encode_bmp(picture);
        REQUIRE(file.ok());
        const auto again = decode_bmp(*file, kMaxPixels);
        REQUIRE(again.ok());
        CHECK(same_metadata(again->metadata, picture.metadata));
        CHECK(again->channels == (channels == 2 ? 4 : channels));  // BMP has no gray with alpha
        if (channels != 2) CHECK(same_samples(*again, picture));
      }
    }
  }
}

TEST_CASE("BMP: palettes of 1, 4 and 8 bits, gray or coloured, from top or bottom") {
  auto picture = read(file_of(3, 2, 1, 0, kGrays.substr(0, 8), std::string("\xa0\0\0\0\x40\0\0\0", 8)));
  CHECK(picture.channels == 1);
  CHECK(samples_of(picture) == Samples{0, 128, 0, 128, 0, 128});
  picture = read(file_of(3, -1, 4, 0, kColours, std::string("\x12\0\0\0", 4), 3));
  CHECK(picture.channels == 3);
  CHECK(samples_of(picture) == Samples{255, 0, 0, 0, 255, 0, 0, 0, 0});
  picture = read(file_of(2, -1, 8, 0, kColours, std::string("\2\7\0\0", 4), 3));
  CHECK(samples_of(picture) == Samples{0, 255, 0, 0, 0, 0});
  CHECK(picture.notes.text() == "has pixels of no colour, which become black");
}

TEST_CASE("BMP: runs with steps, ends of rows and literal pixels") {
  // Two rows of four: 1 1 1 2 below, a step over the first pixel and three literal pixels above.
  auto picture = read(file_of(4, 2, 8, 1, kGrays, std::string("\3\1\1\2\0\0\0\2\1\0\0\3\2\1\2\0\0\1", 18), 3));
  CHECK(samples_of(picture) == Samples{0, 255, 128, 255, 128, 128, 128, 255});
  picture = read(file_of(4, 1, 4, 2, kGrays, std::string("\3\x12\1\x20\0\1", 6), 3));
  CHECK(samples_of(picture) == Samples{128, 255, 128, 255});
  CHECK(why(file_of(4, 2, 8, 1, kGrays, std::string("\4\1", 2), 3)).find("runs end too early") != std::string::npos);
}

TEST_CASE("BMP: 16, 24 and 32 bits, with and without masks") {
  CHECK(samples_of(read(file_of(1, 1, 16, 0, "", number(0x7c1f)))) == Samples{255, 0, 255});
  CHECK(samples_of(read(file_of(1, 1, 24, 0, "", number(0x102030)))) == Samples{16, 32, 48});
  const std::string rgb565 = number(0xf800) + number(0x07e0) + number(0x001f);
  CHECK(samples_of(read(file_of(1, 1, 16, 3, rgb565, number(0xffe0)))) == Samples{255, 255, 0});
  const std::string rgb10 = number(0x3ff00000) + number(0x000ffc00) + number(0x000003ff);
  const auto deep = read(file_of(1, 1, 32, 3, rgb10, number(0x3ff00001)));
  CHECK(deep.depth == 16);
  CHECK(samples_of(deep) == Samples{65535, 0, 64});
  CHECK(read(file_of(1, 1, 32, 0, "", number(0x80102030))).notes.text().find("fourth byte") != std::string::npos);
  const std::string rgba = number(0xff0000) + number(0xff00) + number(0xff) + number(0xff000000);
  CHECK(samples_of(read(file_of(1, 1, 32, 6, rgba, number(0x80102030)))) == Samples{16, 32, 48, 128});
  const auto opaque = read(file_of(1, 1, 32, 6, rgba, number(0x00102030)));
  CHECK(samples_of(opaque) == Samples{16, 32, 48});
  CHECK(opaque.notes.text().find("alpha of 0 everywhere") != std::string::npos);
}

TEST_CASE("BMP: damaged files are errors, and allocate no more than they hold") {
  CHECK(why(file_of(30000, 30, 24, 0, "", "abc")).find("too few bytes") != std::string::npos);
  CHECK(why(file_of(30000, 30000, 24, 0, "", "abc")).find("more than 1048576 pixels") == 0);
  CHECK(why(file_of(1000, 1000, 8, 1, kGrays, "ab")).find("too few bytes") != std::string::npos);
  CHECK(why(file_of(1, 1, 32, 3, number(5) + number(0) + number(0), "abcd")).find("hole") != std::string::npos);
  CHECK(why(file_of(1, 1, 24, 5, "", "abcd")).find("of compression 5") != std::string::npos);
  CHECK(why(file_of(0, 1, 24, 0, "", "abcd")).find("is 0") != std::string::npos);
  Picture sample = sample_picture(9, 7, 4, 8);
  sample.metadata.icc = sample_icc();
  const auto file = encode_bmp(sample);
  REQUIRE(file.ok());
  for (size_t size = 0; size + sample.metadata.icc.size() < file->size(); ++size)
    CHECK_FALSE(decode_bmp(std::span(*file).first(size), kMaxPixels).ok());
  for (size_t i = 0; i < file->size(); ++i) {
    auto flipped = *file;
    flipped[i] ^= std::byte{0x55};
    const auto picture = decode_bmp(flipped, kMaxPixels);
    if (!picture.ok()) CHECK_FALSE(picture.error().message.empty());
  }
}
