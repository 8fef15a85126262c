#include <doctest/doctest.h>

#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/picture_file.h"
#include "sample_pictures.h"

using laq::Picture;

namespace {

// Big-endian Exif data with the tags Make (0x010f) and, if asked for, Orientation.
std::vector<std::byte> big_endian_exif(int orientation) {
  std::string exif("MM\0*\0\0\0\x08", 8);
  exif += std::string("\0", 1) + static_cast<char>(orientation ? 2 : 1);
  exif += std::string("\x01\x0f\0\x02\0\0\0\x04sly\0", 12);
  if (orientation)
    exif += std::string("\x01\x12\0\x03\0\0\0\x01\0", 9) + static_cast<char>(orientation) + std::string(2, '\0');
  return bytes_of(exif + std::string(4, '\0'));
}

// The letters of a 2 x 3 picture after turning, row by row.
std::string turned(int orientation) {
  Picture picture{2, 3, 1, 8, bytes_of("abcdef"), {}};
  picture.metadata.orientation = static_cast<uint8_t>(orientation);
  const Picture result = laq::io::upright(picture);
  CHECK(result.metadata.orientation == 1);
  CHECK(result.width == (orientation < 5 ? 2 : 3));
  return {reinterpret_cast<const char*>(result.samples.data()), result.samples.size()};
}

}  // namespace

TEST_CASE("the orientation tag is found and changed in both byte orders") {
  for (const uint8_t value : {1, 3, 8}) {
    CHECK(laq::io::exif_orientation(big_endian_exif(value)) == value);
    std::vector<std::byte> made;
    laq::io::set_exif_orientation(made, value);
    CHECK(laq::io::exif_orientation(made) == value);
  }
  std::vector<std::byte> exif = big_endian_exif(6);
  laq::io::set_exif_orientation(exif, 1);
  CHECK(exif == big_endian_exif(1));
}

TEST_CASE("the orientation tag is added where there is none, and the others stay") {
  std::vector<std::byte> exif = big_endian_exif(0);
  CHECK(laq::io::exif_orientation(exif) == 1);
  laq::io::set_exif_orientation(exif, 1);
  CHECK(exif == big_endian_exif(0));
  laq::io::set_exif_orientation(exif, 5);
  CHECK(laq::io::exif_orientation(exif) == 5);
  const std::string text(reinterpret_cast<const char*>(exif.data()), exif.size());
  CHECK(text.find("sly", text.size() - 30) != std::string::npos);  // Make, in the directory at the end
}

TEST_CASE("Exif data of any nonsense have orientation 1") {
  const std::vector<std::byte> whole = big_endian_exif(6);
  for (size_t size = 0; size < whole.size(); ++size)
    CHECK(laq::io::exif_orientation(std::span(whole).first(size)) == 1);
  std::vector<std::byte> beyond = whole;
  beyond[4] = std::byte{0xff};
  CHECK(laq::io::exif_orientation(beyond) == 1);
  CHECK(laq::io::exif_orientation(big_endian_exif(9)) == 1);
}

TEST_CASE("an orientation of any integer type of TIFF is read, in both byte orders, and written as a SHORT") {
  for (const bool is_big_endian : {false, true}) {
    const auto integer = [&](uint32_t value, int size) {
      std::string text;
      for (int i = 0; i < size; ++i)
        text += static_cast<char>(value >> (8 * (is_big_endian ? size - 1 - i : i)) & 0xff);
      return text;
    };
    const auto exif_of = [&](uint32_t type, uint32_t count, const std::string& value) {
      std::string exif = (is_big_endian ? "MM" : "II") + integer(42, 2) + integer(8, 4) + integer(1, 2);
      exif += integer(0x0112, 2) + integer(type, 2) + integer(count, 4) + value;
      exif.resize(8 + 2 + 12, '\0');
      return bytes_of(exif + integer(0, 4));
    };
    // BYTE, SHORT, LONG, SBYTE, SSHORT, SLONG
    for (const auto& [type, size] : {std::pair{1, 1}, {3, 2}, {4, 4}, {6, 1}, {8, 2}, {9, 4}}) {
      for (uint32_t orientation = 1; orientation <= 8; ++orientation) {
        std::vector<std::byte> exif = exif_of(static_cast<uint32_t>(type), 1, integer(orientation, size));
        CHECK(laq::io::exif_orientation(exif) == orientation);
        laq::io::set_exif_orientation(exif, 5);
        CHECK(exif == exif_of(3, 1, integer(5, 2)));
      }
      CHECK(laq::io::exif_orientation(exif_of(static_cast<uint32_t>(type), 0, integer(6, size))) == 1);
      CHECK(laq::io::exif_orientation(exif_of(static_cast<uint32_t>(type), 1, integer(0xffffffff, size))) == 1);
    }
    CHECK(laq::io::exif_orientation(exif_of(4, 2, integer(6, 4))) == 1);   // values that stand elsewhere
    CHECK(laq::io::exif_orientation(exif_of(2, 2, "6")) == 1);             // ASCII
    CHECK(laq::io::exif_orientation(exif_of(5, 1, integer(6, 4))) == 1);   // RATIONAL
    CHECK(laq::io::exif_orientation(exif_of(77, 1, integer(6, 4))) == 1);  // no type
  }
}

TEST_CASE("samples are turned as TIFF defines the eight orientations") {
  // ab
  // cd
  // ef
  CHECK(turned(1) == "abcdef");
  CHECK(turned(2) == "badcfe");
  CHECK(turned(3) == "fedcba");
  CHECK(turned(4) == "efcdab");
  CHECK(turned(5) == "acebdf");
  CHECK(turned(6) == "ecafdb");
  CHECK(turned(7) == "fdbeca");
  CHECK(turned(8) == "bdface");
}

TEST_CASE("a picture that is written as PNM is turned, one that is written as PNG or JPEG says so in its Exif data") {
  Picture picture = sample_picture(6, 4, 3, 8);
  picture.metadata.orientation = 6;
  const auto pnm = laq::io::decode_picture(*laq::io::encode_picture(picture, laq::io::FileKind::netpbm));
  REQUIRE(pnm.ok());
  CHECK(pnm->width == 4);
  CHECK(pnm->metadata.orientation == 1);
  for (const auto format : {laq::io::FileKind::png, laq::io::FileKind::jpeg}) {
    const auto again = laq::io::decode_picture(*laq::io::encode_picture(picture, format));
    REQUIRE(again.ok());
    CHECK(again->width == 6);
    CHECK(again->metadata.orientation == 6);
    CHECK(laq::io::exif_orientation(again->metadata.exif) == 1);  // one source of truth
  }
}
