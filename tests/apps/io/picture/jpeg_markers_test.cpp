// JPEG files with segments that tests put into them: what is said of what is not kept, and what a small file may claim.
#include "io/picture/jpeg_markers.h"

#include <doctest/doctest.h>

#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::io::decode_jpeg;

namespace {

std::string segment(int marker, const std::string& data) {
  const size_t length = data.size() + 2;
  return std::string("\xff") + static_cast<char>(marker) + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xff) + data;
}

std::string plain_jpeg(int channels = 3) {
  const auto file = laq::io::encode_jpeg(sample_picture(24, 17, channels, 8));
  return {reinterpret_cast<const char*>(file->data()), file->size()};
}

std::string notes_of(const std::string& segments, const std::string& behind = "") {
  std::string file = plain_jpeg();
  file.insert(2 + 18, segments);  // behind SOI and JFIF
  const auto picture = decode_jpeg(bytes_of(file + behind), 1000);
  return picture.ok() ? picture->notes.text() : "refused: " + picture.error().message;
}

// The position of the dimensions in the frame header, height before width.
size_t place_of_size(const std::string& file) {
  const size_t frame = file.find("\xff\xc0");
  return (frame != std::string::npos ? frame : file.find("\xff\xc2")) + 5;
}

}  // namespace

TEST_CASE("what a JPEG file has and a picture has not is named") {
  const std::string exif("Exif\0\0", 6), xmp("http://ns.adobe.com/xap/1.0/\0", 29), zero(1, '\0');
  CHECK(notes_of("") == "");
  CHECK(notes_of(segment(0xe1, exif + "II") + segment(0xe1, xmp + "<x/>")) == "");
  CHECK(notes_of(segment(0xfe, "a comment")) == "");
  CHECK(notes_of(segment(0xed, "Photoshop 3.0" + zero + "8BIM")) == "");
  CHECK(notes_of(segment(0xed, "Adobe_CM" + zero)) == "not kept: APP13 data");
  CHECK(notes_of(segment(0xe1, "http://ns.adobe.com/xmp/extension/" + zero + "abc")) == "not kept: extended XMP");
  CHECK(notes_of(segment(0xe1, exif + "II") + segment(0xe1, exif + "MM")) == "not kept: Exif after the first");
  CHECK(notes_of(segment(0xe2, "MPF" + zero + "II")) == "not kept: pictures after the first (MPF)");
  CHECK(notes_of(segment(0xe2, "urn:iso:std:iso:ts:21496:-1" + zero)) == "not kept: gain map");
  CHECK(notes_of(segment(0xe1, xmp + "<x xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\"/>")) ==
        "not kept: gain map");
  CHECK(notes_of(segment(0xeb, "JP")) == "not kept: JUMBF data, such as C2PA (APP11)");
  CHECK(notes_of(segment(0xe5, "x")) == "not kept: APP5 data");
  CHECK(notes_of(segment(0xe0, "JFXX" + zero)) == "not kept: thumbnail (JFXX)");
  CHECK(notes_of("", plain_jpeg()) == "not kept: pictures after the first (MPF)");
  CHECK(notes_of("", "data") == "not kept: 4 bytes after the picture");
  CHECK(notes_of("", std::string("\0\0\0\x18"
                                 "ftypmp42",
                                 12)) == "not kept: a video of 12 bytes after the picture");
  CHECK(notes_of("", std::string(20, '\0') + "\n") == "");
  CHECK(notes_of(segment(0xe2, "ICC_PROFILE" + zero + "\1\2abc")) == "not kept: ICC profile, which is damaged");
}

TEST_CASE("the walk over a JPEG file that has no end stops where the bytes end") {
  for (const std::string& scan : {std::string(), std::string(3, '\0'), std::string("scan"), std::string("\xff")}) {
    const std::string file = "\xff\xd8" + segment(0xfe, "comment") + segment(0xda, "") + scan;
    const laq::io::JpegSegments jpeg = laq::io::parse_jpeg_segments(file);
    CHECK(jpeg.segments.size() == 1);
    CHECK_FALSE(jpeg.is_whole);
    CHECK(jpeg.behind.empty());
  }
}

TEST_CASE("a JPEG whose bytes cannot be its blocks is refused before anything is allocated") {
  for (const int channels : {1, 3}) {
    for (const bool is_progressive : {false, true}) {
      std::string file = plain_jpeg(channels);
      const size_t at = place_of_size(file);
      if (is_progressive) file[at - 4] = '\xc2';
      file.replace(at, 4, std::string("\x7f\xff\x7f\xff", 4));
      const auto refused = decode_jpeg(bytes_of(file), uint64_t{1} << 31);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == laq::ErrorCode::corrupt);
      CHECK(refused.error().message.find("too few bytes") != std::string::npos);
    }
  }
}

TEST_CASE("the emptiest JPEG that there is, of one colour, is read") {
  laq::Picture picture{2000, 2000, 3, 8, std::vector<std::byte>(12000000, std::byte{128}), {}};
  const auto file = laq::io::encode_jpeg(picture);
  REQUIRE(file.ok());
  const auto again = decode_jpeg(*file, 1u << 30);
  REQUIRE(again.ok());
  CHECK(again->samples.size() == picture.samples.size());
}

TEST_CASE("a JPEG of 12 bits, or of a process that is not read, is refused as such") {
  std::string deep = plain_jpeg();
  deep[place_of_size(deep) - 1] = 12;
  std::string lossless = plain_jpeg();
  lossless[place_of_size(lossless) - 4] = '\xc3';
  for (const std::string& file : {deep, lossless}) {
    const auto refused = decode_jpeg(bytes_of(file), 1000);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == laq::ErrorCode::unsupported);
  }
}
