#include "io/picture/picture_formats.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "io/picture/picture_file.h"
#include "sample_pictures.h"

using laq::ErrorCode;
using laq::Picture;

namespace {

Picture smooth_picture(int channels) {
  Picture picture = sample_picture(40, 30, channels, 8);
  for (size_t i = 0; i < picture.samples.size(); ++i)
    set_sample(picture, i, static_cast<uint32_t>(i / picture.row_bytes() * 8));
  return picture;
}

}  // namespace

TEST_CASE("JPEG keeps size and gray or colour, and samples nearly") {
  for (const int channels : {1, 3}) {
    const Picture picture = smooth_picture(channels);
    const auto file = laq::io::encode_jpeg(picture);
    REQUIRE(file.ok());
    const auto again = laq::io::decode_jpeg(*file, 10000);
    REQUIRE(again.ok());
    CHECK(again->width == picture.width);
    CHECK(again->height == picture.height);
    CHECK(again->channels == channels);
    CHECK(again->depth == 8);
    int largest = 0;
    for (size_t i = 0; i < picture.samples.size(); ++i) {
      largest = std::max(largest, std::abs(int(sample(picture, i)) - int(sample(*again, i))));
    }
    CHECK(largest < 8);
  }
}

TEST_CASE("JPEG keeps ICC profile, Exif, XMP, orientation and resolution") {
  Picture picture = smooth_picture(3);
  picture.metadata = sample_metadata();
  picture.metadata.icc.resize(150000, std::byte{7});  // several APP2 markers
  const auto file = laq::io::encode_jpeg(picture);
  REQUIRE(file.ok());
  const auto again = laq::io::decode_jpeg(*file, 10000);
  REQUIRE(again.ok());
  CHECK(same_metadata(again->metadata, picture.metadata));
}

TEST_CASE("JPEG refuses alpha") {
  const auto alpha = laq::io::encode_jpeg(sample_picture(4, 4, 4, 8));
  REQUIRE_FALSE(alpha.ok());
  CHECK(alpha.error().code == ErrorCode::unsupported);
}

TEST_CASE("16 bits are reduced to 8 for JPEG") {
  const auto file = laq::io::encode_picture(sample_picture(8, 8, 3, 16), laq::io::FileKind::jpeg);
  REQUIRE(file.ok());
  CHECK(laq::io::decode_jpeg(*file, 100)->depth == 8);
}

TEST_CASE("a JPEG cut off anywhere gives an error") {
  const auto file = laq::io::encode_jpeg(smooth_picture(3));
  REQUIRE(file.ok());
  for (size_t size = 3; size + 2 < file->size(); size += 5) {
    CHECK_FALSE(laq::io::decode_jpeg(std::span(*file).first(size), 10000).ok());
  }
}

TEST_CASE("a JPEG of more pixels than allowed is refused") {
  const auto file = laq::io::encode_jpeg(smooth_picture(3));
  REQUIRE(file.ok());
  CHECK(laq::io::decode_jpeg(*file, 1199).error().code == ErrorCode::limit_exceeded);
}
