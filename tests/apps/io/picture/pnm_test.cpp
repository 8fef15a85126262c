#include "io/picture/picture_formats.h"

#include <doctest/doctest.h>

#include "sample_pictures.h"

using laq::ErrorCode;
using laq::Picture;
using laq::io::decode_pnm;
using laq::io::FileKind;

namespace {

std::vector<uint32_t> samples_of(const std::string& file) {
  const auto picture = decode_pnm(bytes_of(file), 1000);
  if (!picture.ok()) return {};
  std::vector<uint32_t> samples;
  for (size_t i = 0; i < picture->samples.size() / picture->sample_bytes(); ++i) samples.push_back(sample(*picture, i));
  return samples;
}

using Samples = std::vector<uint32_t>;

}  // namespace

TEST_CASE("all seven Netpbm formats are read") {
  CHECK(samples_of("P1\n3 2\n1 0 1\n011\n") == Samples{0, 255, 0, 255, 0, 0});
  CHECK(samples_of("P2\n# comment\n2 1 # another\n255\n7 200") == Samples{7, 200});
  CHECK(samples_of("P2 # comment\n2# another\n1\n255# one more\n7 200") == Samples{7, 200});
  CHECK(samples_of("P5\n2 1\n255# the line's end is the white space\nab") == Samples{'a', 'b'});
  CHECK(samples_of("P3 1 1 255 1 2 3") == Samples{1, 2, 3});
  CHECK(samples_of("P4\n3 2\n\xa0\x60") == Samples{0, 255, 0, 255, 0, 0});
  CHECK(samples_of("P5\n2 1\n255\n\n#") == Samples{'\n', '#'});  // one white space only ends the header
  CHECK(samples_of("P6\n1 1\n255\nabc") == Samples{'a', 'b', 'c'});
  CHECK(samples_of("P7\nWIDTH 1\n# comment\nHEIGHT 2\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\nabcd") ==
        Samples{'a', 'b', 'c', 'd'});
}

TEST_CASE("maxval becomes full scale") {
  CHECK(samples_of("P2 3 1 100 0 50 100") == Samples{0, 128, 255});
  CHECK(samples_of("P2 2 1 1 0 1") == Samples{0, 255});
  const auto ten_bits = decode_pnm(bytes_of("P2 2 1 1023 1 1023"), 10);
  REQUIRE(ten_bits.ok());
  CHECK(ten_bits->depth == 10);
  CHECK(sample(*ten_bits, 1) == 1023);
  const auto odd = decode_pnm(bytes_of("P2 2 1 1000 0 1000"), 10);
  REQUIRE(odd.ok());
  CHECK(odd->depth == 10);
  CHECK(sample(*odd, 1) == 1023);
  CHECK(samples_of(std::string("P5 1 1 65535\n\x12\x34", 15)) == Samples{0x1234});
}

TEST_CASE("PNM of every channel count and depth comes back as it was written") {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {8, 9, 12, 16}) {
      CAPTURE(channels);
      CAPTURE(depth);
      const Picture picture = sample_picture(7, 5, channels, depth);
      for (const FileKind format : {FileKind::netpbm, FileKind::pam}) {
        const auto file = laq::io::encode_picture(picture, format);
        REQUIRE(file.ok());
        const auto again = decode_pnm(*file, 1000);
        REQUIRE(again.ok());
        CHECK(same_samples(*again, picture));
      }
    }
  }
}

TEST_CASE("PGM refuses colour, PGM and PPM refuse alpha, PPM takes gray") {
  CHECK_FALSE(laq::io::encode_picture(sample_picture(2, 2, 3, 8), FileKind::pgm).ok());
  CHECK_FALSE(laq::io::encode_picture(sample_picture(2, 2, 2, 8), FileKind::pgm).ok());
  CHECK_FALSE(laq::io::encode_picture(sample_picture(2, 2, 4, 8), FileKind::ppm).ok());
  const auto file = laq::io::encode_picture(sample_picture(2, 2, 1, 8), FileKind::ppm);
  REQUIRE(file.ok());
  CHECK(decode_pnm(*file, 10)->channels == 3);
}

TEST_CASE("wrong Netpbm files are errors") {
  for (const char* file : {"P5",
                           "P5\n",
                           "P5\n1",
                           "P5\n1 1\n",
                           "P5\n0 1\n255\na",
                           "P5\n1 1\n0\na",
                           "P5\n1 1\n65536\nab",
                           "P5\n-1 1\n255\na",
                           "P5\n2 2\n255\nabc",
                           "P2 1 1 100 101",
                           "P2 2 1 255 1",
                           "P2 1 1 255 x",
                           "P1 2 1 1 2",
                           "P5 99999999999 1 255\na",
                           "P5 4000000000 4000000000 255\na",
                           "P7\n",
                           "P7\nWIDTH 1\n",
                           "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\nabcde",
                           "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\na",
                           "P7\nENDHDR\n"}) {
    CAPTURE(file);
    CHECK_FALSE(decode_pnm(bytes_of(file), 1000).ok());
  }
}

TEST_CASE("a Netpbm header that promises too much allocates nothing") {
  CHECK(decode_pnm(bytes_of("P5 30000 30000 255\na"), uint64_t{1} << 40).error().code == ErrorCode::corrupt);
  CHECK(decode_pnm(bytes_of("P5 30000 30000 255\na"), 1000).error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("what a Netpbm file has and a picture has not is named") {
  const auto notes_of = [](const std::string& file) { return decode_pnm(bytes_of(file), 1000)->notes.text(); };
  CHECK(notes_of("P5\n2 1\n255\nab") == "");
  CHECK(notes_of("P5\n2 1\n255\nab\n") == "");
  CHECK(notes_of("P2 2 1 255 1 2\n") == "");
  CHECK(notes_of("P5\n# by hand\n2 1\n255\nab") == "not kept: comments");
  CHECK(notes_of("P7\n# by hand\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\na") == "not kept: comments");
  CHECK(notes_of("P5\n2 1\n255\nabP5\n2 1\n255\ncd") == "not kept: pictures after the first");
  CHECK(notes_of("P2 2 1 255 1 2\nP2 2 1 255 3 4\n") == "not kept: pictures after the first");
  CHECK(notes_of("P4\n3 2\n\xa0\x60xyz") == "not kept: 3 bytes after the picture");
}
