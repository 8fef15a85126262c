// What JPEG files have beside samples: comments, IPTC, long XMP, gain maps and pixels that are not square come back.
#include "io/picture/jpeg_metadata.h"

#include <doctest/doctest.h>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/gain_map.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::Picture;
using laq::io::decode_jpeg;
using laq::io::FileKind;
using laq::io::integer_text;

namespace {

const std::string kZero(1, '\0'), kXmp = "http://ns.adobe.com/xap/1.0/" + kZero;
const std::string kDigest = "0123456789ABCDEF0123456789ABCDEF";

std::string segment(int marker, const std::string& data) {
  return std::string("\xff") + static_cast<char>(marker) + integer_text(data.size() + 2, 2, true) + data;
}

std::string plain_jpeg(int channels = 3) {
  return std::string(laq::io::text_of(*laq::io::encode_jpeg(sample_picture(24, 17, channels, 8))));
}

std::string jpeg_with(const std::string& segments) {
  return plain_jpeg().insert(2 + 18, segments);  // behind SOI and JFIF
}

laq::io::Noted<Picture> decoded(const std::string& file) {
  auto picture = decode_jpeg(bytes_of(file), 1000);
  REQUIRE(picture.ok());
  return *picture;
}

std::string attachment_of(const Picture& picture, const char* name) {
  const auto* contents = laq::io::find_attachment(picture.metadata.attachments, name);
  return contents ? std::string(laq::io::text_of(*contents)) : "";
}

// Written as JPEG and read again, everything is as it was.
std::string check_round_trip(const Picture& picture) {
  const auto written = laq::io::encode_picture(picture, FileKind::jpeg);
  REQUIRE(written.ok());
  CHECK(written->notes.text() == "");
  const std::string file(laq::io::text_of(*written));
  CHECK(same_metadata(decoded(file).metadata, picture.metadata));
  return file;
}

std::string xmp_part(const std::string& data, size_t whole, size_t offset, const std::string& digest = kDigest) {
  return segment(0xe1, "http://ns.adobe.com/xmp/extension/" + kZero + digest + integer_text(whole, 4, true) +
                           integer_text(offset, 4, true) + data);
}

// The index of a file of two pictures, and where the first number of an entry stands in it.
constexpr size_t kFirstEntry = 50;
std::string mpf(bool is_big_endian, size_t first_size, size_t second_size, size_t second_offset) {
  const auto n = [&](uint64_t value, size_t size) { return integer_text(value, size, is_big_endian); };
  return "MPF" + kZero + (is_big_endian ? "MM" : "II") + n(42, 2) + n(8, 4) + n(3, 2) + n(0xb000, 2) + n(7, 2) +
         n(4, 4) + "0100" + n(0xb001, 2) + n(4, 2) + n(1, 4) + n(2, 4) + n(0xb002, 2) + n(7, 2) + n(32, 4) +
         n(kFirstEntry, 4) + n(0, 4) + n(0x030000, 4) + n(first_size, 4) + n(0, 4) + n(0, 4) + n(0, 4) +
         n(second_size, 4) + n(second_offset, 4) + n(0, 4);
}

const std::string kGainXmp = segment(0xe1, kXmp + "<x xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\"/>");
const std::string kIso = segment(0xe2, "urn:iso:std:iso:ts:21496:-1" + std::string(5, '\0'));

std::string gain_map_file(bool is_big_endian) {
  const std::string second = plain_jpeg(1);
  const size_t index_bytes = segment(0xe2, mpf(is_big_endian, 0, 0, 0)).size();
  const size_t first = plain_jpeg().size() + kGainXmp.size() + kIso.size() + index_bytes;
  const size_t header = 20 + kGainXmp.size() + kIso.size() + 8;
  return jpeg_with(kGainXmp + kIso + segment(0xe2, mpf(is_big_endian, first, second.size(), first - header))) + second;
}

// The offset in the file that the index gives for the second picture.
size_t second_picture(const std::string& file) {
  const size_t header = file.find("MPF") + 4;
  const auto bytes = std::as_bytes(std::span(file));
  return header + laq::io::integer(bytes, header + kFirstEntry + 16 + 8, 4, file[header] == 'M');
}

}  // namespace

TEST_CASE("comments of a JPEG file come back, and go to PNG as text") {
  const auto picture = decoded(jpeg_with(segment(0xfe, "a comment") + segment(0xfe, "caf\xe9" + kZero)));
  const auto texts = laq::io::split_texts(bytes_of(attachment_of(picture, "text")));
  REQUIRE(texts.size() == 2);
  CHECK(texts[0].text == "a comment");
  CHECK(texts[1].text == "caf\xc3\xa9");
  check_round_trip(picture);
  const auto png = laq::io::encode_picture(picture, FileKind::png);
  REQUIRE(png.ok());
  CHECK(png->notes.text() == "");
  CHECK(same_metadata(laq::io::decode_picture(*png)->metadata, picture.metadata));
}

TEST_CASE("IPTC of a JPEG file comes back, also from several segments") {
  const std::string prefix = "Photoshop 3.0" + kZero;
  const auto picture = decoded(jpeg_with(segment(0xed, prefix + "8BIM one ") + segment(0xed, prefix + "and two")));
  CHECK(attachment_of(picture, "iptc") == prefix + "8BIM one and two");
  check_round_trip(picture);
  Picture large = picture;
  large.metadata.attachments[0].bytes.resize(150000, std::byte{7});
  check_round_trip(large);
}

TEST_CASE("extended XMP is put together, and divided again") {
  const std::string main = segment(0xe1, kXmp + "<x xmpNote:HasExtendedXMP=\"" + kDigest + "\"/>");
  const auto picture = decoded(jpeg_with(main + xmp_part("456", 7, 4) + xmp_part("0123", 7, 0)));
  CHECK(attachment_of(picture, "xmpx") == kDigest + "0123456");
  CHECK(picture.notes.text() == "");
  check_round_trip(picture);
  Picture large = picture;
  large.metadata.attachments[0].bytes.resize(150000, std::byte{'x'});
  check_round_trip(large);
  CHECK(laq::io::encode_picture(picture, FileKind::png)->notes.text() == "not kept: extended XMP");
}

TEST_CASE("extended XMP with a gap, an overlap, a wrong size or another digest is not kept") {
  const std::string main = segment(0xe1, kXmp + kDigest), other(32, 'F');
  for (const std::string& parts :
       {xmp_part("0123", 7, 0), xmp_part("0123", 7, 0) + xmp_part("56", 7, 5),
        xmp_part("0123", 7, 0) + xmp_part("3456", 7, 3), xmp_part("0123", 3, 0), xmp_part("0123", 4, 0, other),
        xmp_part("0123", 7, 0) + xmp_part("456", 8, 4), xmp_part("0123", 4, 0) + xmp_part("0123", 4, 0)}) {
    const auto picture = decoded(jpeg_with(main + parts));
    CHECK(picture.metadata.attachments.empty());
    CHECK(picture.notes.text() == "not kept: extended XMP, which is damaged");
  }
}

TEST_CASE("a gain map comes back behind the JPEG picture, and its index points to it") {
  for (const bool is_big_endian : {false, true}) {
    const std::string file = gain_map_file(is_big_endian), second = plain_jpeg(1);
    REQUIRE(second_picture(file) == file.size() - second.size());
    const auto picture = decoded(file);
    CHECK(picture.notes.text() == "");
    CHECK(attachment_of(picture, "gain").ends_with(second));
    Picture changed = picture;
    changed.metadata.attachments.push_back({"text", laq::io::join_texts(std::vector<laq::io::Text>{{"Comment", "x"}})});
    for (const Picture& original : {Picture(picture), changed}) {
      const auto written = laq::io::encode_picture(original, FileKind::jpeg);
      REQUIRE(written.ok());
      const std::string again(laq::io::text_of(*written));
      CHECK(again.ends_with(second));
      CHECK(second_picture(again) == again.size() - second.size());
      CHECK(attachment_of(decoded(again), "gain") == attachment_of(picture, "gain"));
    }
    CHECK(laq::io::encode_picture(picture, FileKind::png)->notes.text() == "not kept: gain map");
    CHECK(laq::io::encode_picture(picture, FileKind::ppm)->notes.text() == "not kept: XMP, gain map");
  }
}

TEST_CASE("a gain map is kept without its index if that is damaged, and what follows it is named") {
  const std::string second = plain_jpeg(1), index = segment(0xe2, mpf(false, 0, second.size(), 1 << 30));
  const auto picture = decoded(jpeg_with(kGainXmp + index) + second + "tail");
  CHECK(attachment_of(picture, "gain") == second);
  CHECK(picture.notes.text() == "not kept: index of pictures (MPF), which is damaged, 4 bytes after the picture");
  const auto cut = decoded(jpeg_with(kGainXmp) + second.substr(0, second.size() - 3));
  CHECK(cut.metadata.attachments.empty());
  CHECK(cut.notes.text() == "not kept: gain map, pictures after the first (MPF)");
}

TEST_CASE("nonsense as an attachment of a gain map never makes a JPEG file that cannot be read") {
  const std::string gain = segment(0xe2, mpf(false, 0, 5, 0));
  for (const std::string& contents :
       {std::string("nonsense"), gain, gain.substr(0, 30), std::string("\xff\xd8\xff"),
        segment(0xda, "scan") + "\xff\xd8\xff", segment(0xe2, "MPF" + kZero + "II") + "\xff\xd8\xff"}) {
    Picture picture = sample_picture(24, 17, 3, 8);
    picture.metadata.attachments = {{"gain", bytes_of(contents)}};
    const auto written = laq::io::encode_picture(picture, FileKind::jpeg);
    REQUIRE(written.ok());
    const bool has_pictures =
        contents.starts_with("\xff\xd8\xff") || contents.find("MPF" + kZero + "II\xff\xd8") != std::string::npos;
    CHECK(written->notes.text() == (has_pictures ? "" : "not kept: gain map, which is damaged"));
    CHECK(decode_jpeg(*written, 1000).ok());
  }
}

TEST_CASE("pixels of JPEG that are not square keep their aspect") {
  std::string file = plain_jpeg();
  file.replace(13, 5, std::string("\0\0\2\0\1", 5));
  const auto picture = decoded(file);
  CHECK(picture.metadata.is_only_aspect);
  CHECK(picture.metadata.pixels_per_metre_x == 2);
  check_round_trip(picture);
  Picture large = picture;
  large.metadata.pixels_per_metre_x = 2000000;
  large.metadata.pixels_per_metre_y = 1000000;
  const auto again = decode_jpeg(*laq::io::encode_jpeg(large), 1000);
  CHECK(again->metadata.pixels_per_metre_x == 2);
  CHECK(again->metadata.pixels_per_metre_y == 1);
}

TEST_CASE("metadata that do not fit into JPEG are named, and the orientation stays") {
  Picture picture = sample_picture(24, 17, 3, 8);
  picture.metadata = sample_metadata();
  picture.metadata.exif.resize(70000);
  picture.metadata.xmp.resize(70000, std::byte{'x'});
  picture.metadata.attachments = {{"xmpx", bytes_of(kDigest + "x")},
                                  {"text", laq::io::join_texts(std::vector<laq::io::Text>{{"Title", "A title"}})}};
  picture.metadata.code_points = laq::CodePoints{9, 16, 0, true};
  picture.metadata.content_light = laq::ContentLight{1, 1};
  const auto file = laq::io::encode_picture(picture, FileKind::jpeg);
  REQUIRE(file.ok());
  CHECK(file->notes.text() ==
        "not kept: Exif of more than 64 KB, XMP of more than 64 KB, extended XMP, text other than short comments, code "
        "points of colour, light levels");
  CHECK(decode_jpeg(*file, 1000)->metadata.orientation == 6);
}
