#include "io/picture/picture_formats.h"

#include <map>

#include "io/picture/picture_file.h"
#include "sample_pictures.h"
#include "test_files.h"

using laq::Picture;

TEST_CASE("PNG of every channel count and depth comes back as it was written") {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {8, 16}) {
      CAPTURE(channels);
      CAPTURE(depth);
      const Picture picture = sample_picture(13, 7, channels, depth);
      const auto file = laq::io::encode_png(picture);
      REQUIRE(file.ok());
      const auto again = laq::io::decode_png(*file, 1000);
      REQUIRE(again.ok());
      CHECK(same_samples(*again, picture));
    }
  }
}

TEST_CASE("a depth that PNG does not have is written with 16 bits, full scale") {
  Picture picture = sample_picture(3, 1, 1, 10);
  set_sample(picture, 0, 1023);
  const auto file = laq::io::encode_picture(picture, laq::io::FileKind::png);
  REQUIRE(file.ok());
  const auto again = laq::io::decode_picture(*file);
  REQUIRE(again.ok());
  CHECK(again->depth == 16);
  CHECK(sample(*again, 0) == 65535);
}

TEST_CASE("PNG keeps ICC profile, Exif, XMP, orientation and resolution") {
  Picture picture = sample_picture(5, 5, 3, 8);
  picture.metadata = sample_metadata();
  const auto file = laq::io::encode_png(picture);
  REQUIRE(file.ok());
  const auto again = laq::io::decode_png(*file, 1000);
  REQUIRE(again.ok());
  CHECK(same_metadata(again->metadata, picture.metadata));
}

TEST_CASE("a PNG cut off anywhere gives an error") {
  const auto file = laq::io::encode_png(sample_picture(9, 9, 3, 8));
  REQUIRE(file.ok());
  for (size_t size = 4; size < file->size(); ++size) {
    CHECK_FALSE(laq::io::decode_png(std::span(*file).first(size), 1000).ok());
  }
}

TEST_CASE("a PNG of more pixels than allowed is refused") {
  const auto file = laq::io::encode_png(sample_picture(9, 9, 3, 8));
  REQUIRE(file.ok());
  const auto refused = laq::io::decode_png(*file, 80);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == laq::ErrorCode::limit_exceeded);
}

TEST_CASE("PngSuite: valid files are read, files named x... are errors") {
  for (const std::string& path : pngsuite_files()) {
    const std::string name = base_name(path);
    CAPTURE(name);
    const auto picture = laq::io::read_picture(path);
    if (name[0] == 'x') {
      CHECK_FALSE(picture.ok());
      continue;
    }
    REQUIRE(picture.ok());
    CHECK(picture->depth == (name.ends_with("16") ? 16 : 8));
    if (name.size() != 8 || name.starts_with("Png")) continue;
    // The fifth character is the colour type; 3 is a palette.
    if (name[4] == '2' || name[4] == '3') CHECK((picture->channels == 3 || picture->channels == 4));
    if (name[4] == '4') CHECK(picture->channels == 2);
    if (name[4] == '6') CHECK(picture->channels == 4);
    if (name[4] == '0') CHECK(picture->channels == (name.starts_with("tb") ? 2 : 1));
  }
}

TEST_CASE("PngSuite: interlacing, division into chunks and compression level do not change the picture") {
  std::map<std::string, Picture> first_of_group;
  for (const std::string& path : pngsuite_files()) {
    const std::string name = base_name(path);
    std::string group;
    if (name.starts_with("bas"))
      group = "bas" + name.substr(4);
    else if (name.starts_with("oi"))
      group = "oi" + name.substr(3);
    else if (name[0] == 'z')
      group = "z";
    else if (name[0] == 's' && name.size() == 8)
      group = name.substr(0, 3) + name.substr(4);
    else
      continue;
    CAPTURE(name);
    auto picture = laq::io::read_picture(path);
    REQUIRE(picture.ok());
    const auto [first, is_new] = first_of_group.try_emplace(group, *picture);
    if (!is_new) CHECK(same_samples(first->second, *picture));
  }
}
