// JPEG 2000 files: samples and metadata come back, and what is damaged is refused.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_OPENJPEG

#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "io/picture/planes.h"
#include "sample_pictures.h"

using laq::io::decode_jpeg_2000;
using laq::io::encode_picture;
using laq::io::FileKind;

namespace {

laq::io::Noted<std::vector<std::byte>> written(const laq::Picture& picture) {
  auto file = encode_picture(picture, FileKind::jpeg_2000);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return std::move(*file);
}

laq::io::Noted<laq::Picture> read(std::span<const std::byte> file) {
  auto picture = decode_jpeg_2000(file, 1 << 20);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
  return std::move(*picture);
}

}  // namespace

TEST_CASE("a JPEG 2000 file has the samples that were written, of any channels and size") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const auto& [width, height] : {std::pair(1u, 1u), std::pair(37u, 5u), std::pair(64u, 165u)}) {
      const laq::Picture picture = sample_picture(width, height, channels, 8);
      const auto again = read(written(picture));
      CHECK(same_samples(again, picture));
      CHECK(again.notes.text() == "");
    }
  }
}

TEST_CASE("a JPEG 2000 file has the samples that were written, of every depth from 8 bits on") {
  for (const int depth : {8, 9, 10, 12, 14, 15, 16}) {
    for (const int channels : {1, 4}) {
      const laq::Picture picture = sample_picture(41, 30, channels, depth);
      CHECK(same_samples(read(written(picture)), picture));
    }
  }
}

TEST_CASE("a JPEG 2000 file of one bit becomes black and white of 8 bits") {
  laq::Picture picture{3, 1, 1, 1, bytes_of(std::string("\0\1\1", 3)), {}};
  const auto again = read(written(picture));
  CHECK(again.depth == 8);
  CHECK(again.samples == bytes_of(std::string("\0\xff\xff", 3)));
}

TEST_CASE("a JPEG 2000 file keeps profile, Exif, XMP, orientation and resolution") {
  laq::Picture picture = sample_picture(20, 10, 3, 8);
  picture.metadata = sample_metadata();
  const auto file = written(picture);
  CHECK(file.notes.text() == "");
  CHECK(same_metadata(read(file).metadata, picture.metadata));
}

TEST_CASE("a codestream without boxes is read, and lossy coding is near") {
  const laq::Picture picture = sample_picture(64, 64, 1, 8);
  const auto file = laq::io::encode_jpeg_2000(picture, {.ratio = 2, .may_be_bare = true});
  REQUIRE(file.ok());
  CHECK(file->front() == std::byte{0xff});
  CHECK(file->size() < picture.samples.size());
  const auto again = read(*file);
  CHECK(again.width == 64);
  CHECK_FALSE(again.samples == picture.samples);
}

TEST_CASE("a JPEG 2000 file of very many components is refused before they are decoded") {
  auto file = laq::io::encode_jpeg_2000(sample_picture(8, 8, 1, 8), {.may_be_bare = true});
  REQUIRE(file.ok());
  // The marker SIZ behind SOC: its length at 4, the number of components at 40, and three bytes a component from 42 on.
  constexpr size_t kComponents = 33, kLength = 4, kCount = 40, kFirst = 42;
  file->at(kLength + 1) = std::byte{38 + 3 * kComponents};
  file->at(kCount + 1) = std::byte{kComponents};
  for (size_t i = 1; i < kComponents; ++i) {
    const auto component = bytes_of("\7\1\1");
    file->insert(file->begin() + kFirst, component.begin(), component.end());
  }
  const auto picture = decode_jpeg_2000(*file, 1 << 20);
  REQUIRE_FALSE(picture.ok());
  CHECK(picture.error().message.find("of 33 components") != std::string::npos);
}

TEST_CASE("planes that are smaller than the picture are interpolated between the middles of their samples") {
  laq::Picture picture{4, 1, 1, 8, {}, {}};
  const laq::io::Plane plane{2, 1, 8, {0, 100}, 2, 1};
  laq::io::set_samples(picture, {&plane, 1}, {});
  CHECK(picture.samples == bytes_of(std::string("\0\x19\x4b\x64", 4)));
}

TEST_CASE("YCbCr of video range becomes RGB of full range") {
  laq::Picture picture{2, 1, 3, 8, {}, {}};
  const laq::io::Plane planes[] = {{2, 1, 8, {16, 235}}, {2, 1, 8, {128, 128}}, {2, 1, 8, {128, 128}}};
  laq::io::set_samples(picture, planes, {false, laq::io::kBt601});
  CHECK(picture.samples == bytes_of(std::string("\0\0\0\xff\xff\xff", 6)));
}

TEST_CASE("JPEG 2000 files that are too large, cut off or damaged give an error or a picture") {
  laq::Picture picture = sample_picture(60, 50, 4, 8);
  picture.metadata.xmp = bytes_of("<x/>");
  const std::vector<std::byte> file = written(picture);
  CHECK(decode_jpeg_2000(file, 2999).error().code == laq::ErrorCode::limit_exceeded);
  for (size_t size = 0; size + 7 < file.size(); size += 7)
    CHECK_FALSE(decode_jpeg_2000(std::span(file).first(size), 1 << 20));
  for (size_t at = 0; at < file.size(); at += 5) {
    std::vector<std::byte> flipped = file;
    flipped[at] ^= std::byte{0x10};
    const auto damaged = decode_jpeg_2000(flipped, 1 << 20);
    CHECK((damaged.ok() || !damaged.error().message.empty()));
  }
}

#endif
