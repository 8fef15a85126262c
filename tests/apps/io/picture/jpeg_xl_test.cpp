// JPEG XL files: samples and metadata come back, and what is damaged is refused.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_JXL

#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::io::decode_jpeg_xl;
using laq::io::encode_picture;
using laq::io::FileKind;

namespace {

laq::io::Noted<std::vector<std::byte>> written(const laq::Picture& picture) {
  auto file = encode_picture(picture, FileKind::jpeg_xl);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return std::move(*file);
}

laq::io::Noted<laq::Picture> read(std::span<const std::byte> file) {
  auto picture = decode_jpeg_xl(file, 1 << 20);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
  return std::move(*picture);
}

}  // namespace

TEST_CASE("a JPEG XL file has the samples that were written, of any channels and size") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const auto& [width, height] : {std::pair(1u, 1u), std::pair(37u, 5u), std::pair(300u, 65u)}) {
      const laq::Picture picture = sample_picture(width, height, channels, 8);
      CHECK(same_samples(read(written(picture)), picture));
    }
  }
}

TEST_CASE("a JPEG XL file has the samples that were written, of every depth from 8 bits on") {
  for (const int depth : {8, 9, 10, 12, 14, 15, 16}) {
    for (const int channels : {1, 4}) {
      const laq::Picture picture = sample_picture(41, 30, channels, depth);
      CHECK(same_samples(read(written(picture)), picture));
    }
  }
}

TEST_CASE("a JPEG XL file keeps Exif, XMP and orientation, and the rest is named") {
  laq::Picture picture = sample_picture(20, 10, 3, 8);
  picture.metadata = sample_metadata();
  picture.metadata.icc.clear();
  const auto file = written(picture);
  CHECK(file.notes.text() == "not kept: resolution");
  const auto again = read(file);
  CHECK(again.metadata.exif == picture.metadata.exif);
  CHECK(again.metadata.xmp == picture.metadata.xmp);
  CHECK(again.metadata.orientation == 6);
  CHECK(again.metadata.icc.empty());
  CHECK_FALSE(again.metadata.code_points);
}

TEST_CASE("a JPEG XL file keeps code points that it has names for, and other ones are named as lost") {
  laq::Picture picture = sample_picture(20, 10, 3, 10);
  for (const uint8_t primaries : {1, 9, 11, 12}) {
    for (const uint8_t transfer : {1, 8, 13, 16, 17, 18}) {
      const laq::CodePoints points{primaries, transfer, 0, true};
      if (points == laq::CodePoints()) continue;
      picture.metadata.code_points = points;
      const auto file = written(picture);
      CHECK(file.notes.text() == "");
      CHECK(read(file).metadata.code_points == points);
    }
  }
  picture.metadata.code_points = laq::CodePoints{22, 1, 0, true};
  CHECK(written(picture).notes.text() == "not kept: code points of colour");
}

TEST_CASE("an ICC profile that libjxl finds invalid is left out of a JPEG XL file and named") {
  laq::Picture picture = sample_picture(20, 10, 3, 8);
  picture.metadata.icc = bytes_of("no profile");
  const auto file = written(picture);
  CHECK(file.notes.text() == "not kept: ICC profile, which libjxl finds invalid");
  CHECK(same_samples(read(file), picture));
}

TEST_CASE("JPEG XL files that are too large, cut off or damaged give an error or a picture") {
  laq::Picture picture = sample_picture(60, 50, 4, 8);
  picture.metadata.xmp = bytes_of("<x/>");
  const std::vector<std::byte> file = written(picture);
  CHECK(decode_jpeg_xl(file, 2999).error().code == laq::ErrorCode::limit_exceeded);
  for (size_t size = 0; size < file.size(); size += 61) {
    const auto cut = decode_jpeg_xl(std::span(file).first(size), 1 << 20);
    if (cut.ok())  // the samples were whole
      CHECK(same_samples(*cut, picture));
  }
  CHECK_FALSE(decode_jpeg_xl(std::span(file).first(file.size() / 2), 1 << 20).ok());
  for (size_t at = 0; at < file.size(); at += 53) {
    std::vector<std::byte> flipped = file;
    flipped[at] ^= std::byte{0x10};
    const auto damaged = decode_jpeg_xl(flipped, 3000);
    CHECK((damaged.ok() || !damaged.error().message.empty()));
  }
}

#endif
