// PNG files with chunks that tests put into them: what is read of them, what is said of the rest, and what they may
// make a reader allocate.
#include "io/picture/png_chunks.h"

#include <doctest/doctest.h>

#include <zlib.h>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::Picture;
using laq::io::decode_png;

namespace {

std::string big_endian_text(uint64_t value, int size) {
  std::string text;
  for (int i = size - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const uLong checksum = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  return big_endian_text(data.size(), 4) + body + big_endian_text(checksum, 4);
}

std::string deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string result(size, '\0');
  compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  result.resize(size);
  return result;
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr size_t kHeaderEnd = 33;  // of the signature and IHDR

// A small picture with chunks behind IHDR, and bytes at the end.
std::vector<std::byte> png_with(const std::string& chunks, const std::string& behind = "", int depth = 8) {
  std::string file = text_of(*laq::io::encode_png(sample_picture(5, 4, 3, depth)));
  file.insert(kHeaderEnd, chunks);
  return bytes_of(file + behind);
}

std::string notes_of(const std::vector<std::byte>& file) {
  const auto picture = decode_png(file, 1000);
  return picture.ok() ? picture->notes.text() : "refused: " + picture.error().message;
}

std::string header_only(uint32_t width, uint32_t height, int depth, int colour, int interlace,
                        const std::string& rest) {
  return std::string("\x89PNG\r\n\x1a\n") +
         chunk("IHDR", big_endian_text(width, 4) + big_endian_text(height, 4) + static_cast<char>(depth) +
                           static_cast<char>(colour) + std::string(2, '\0') + static_cast<char>(interlace)) +
         rest;
}

size_t count_chunks(const std::vector<std::byte>& file, const char* type) {
  size_t count = 0;
  for (const laq::io::PngChunk& c : laq::io::parse_png_chunks(file).chunks) count += c.type == type;
  return count;
}

// Exif data with an orientation and a second tag, and ImageMagick's text of data.
std::string exif_of(uint8_t orientation) {
  std::string exif("II*\0\x08\0\0\0\2\0\x12\1\3\0\1\0\0\0", 18);
  exif += static_cast<char>(orientation) + std::string(3, '\0');
  return exif + std::string("\x1a\1\4\0\1\0\0\0\x48\0\0\0\0\0\0\0", 16);
}

std::string raw_profile(const std::string& name, const std::string& data) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\n" + name + "\n      " + std::to_string(data.size());
  for (size_t i = 0; i < data.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    text += kDigits[static_cast<uint8_t>(data[i]) >> 4];
    text += kDigits[data[i] & 15];
  }
  return text + "\n";
}

}  // namespace

TEST_CASE("a PNG file with nothing but what is kept has no notes") {
  CHECK(notes_of(png_with("")) == "");
  CHECK(notes_of(png_with(chunk("sRGB", std::string(1, '\0')))) == "");
  CHECK(notes_of(png_with(chunk("gAMA", big_endian_text(45455, 4)))) == "");
  CHECK(notes_of(png_with(chunk("pHYs", big_endian_text(5000, 4) + big_endian_text(2500, 4) + '\1'))) == "");
  CHECK(notes_of(png_with(chunk("pHYs", big_endian_text(1, 4) + big_endian_text(1, 4) + '\0'))) == "");
  CHECK(notes_of(png_with(chunk("sBIT", "\x08\x08\x08"))) == "");
  CHECK(notes_of(png_with(chunk("cICP", std::string("\1\x0d\0\1", 4)))) == "");
  CHECK(notes_of(png_with(chunk("sRGB", std::string(1, '\0')) + chunk("gAMA", big_endian_text(100000, 4)))) == "");
}

TEST_CASE("what a PNG file has and a picture has not is named") {
  const auto names = [](const std::string& chunks, const std::string& name) {
    const std::string notes = notes_of(png_with(chunks));
    CAPTURE(notes);
    CHECK(notes == "not kept: " + name);
  };
  const std::string impossible = big_endian_text(31270, 4) + std::string(28, '\0');
  names(chunk("gAMA", big_endian_text(0, 4)), "gamma (gAMA)");
  names(chunk("gAMA", "\1"), "gamma (gAMA), which is invalid");
  names(chunk("cHRM", impossible), "chromaticities (cHRM)");
  names(chunk("cICP", std::string("\x09\x10\x09\1", 4)), "colour space (cICP), which is invalid");
  names(chunk("cICP", std::string("\x09\x10\0", 3)), "colour space (cICP), which is invalid");
  names(chunk("mDCV", std::string(23, '\1')), "mastering display (mDCV), which is invalid");
  names(chunk("cLLI", std::string(9, '\1')), "content light level (cLLI), which is invalid");
  names(chunk("sBIT", "\x05\x06\x05"), "number of significant bits (sBIT)");
  names(chunk("tEXt", "no keyword"), "text");
  names(chunk("zTXt", std::string("Title\0\0", 7) + "no deflate stream"), "text");
  names(chunk("iTXt", std::string("Title\0\0\0en\0\0A title", 19)), "language of text");
  names(chunk("pHYs", big_endian_text(2, 4) + big_endian_text(1, 4) + '\2'), "pixel size (pHYs), which is invalid");
  names(chunk("tIME", std::string("\x07\xe9\1\1\0\0\0", 7)), "time of change (tIME)");
  names(chunk("bKGD", std::string(6, '\0')), "background colour (bKGD)");
  names(chunk("acTL", std::string("\0\0\0\2\0\0\0\0", 8)), "APNG frames after the first");
  names(chunk("fdAT", std::string(9, '\0')), "APNG frames after the first");
  names(chunk("npTc", "private"), "chunk npTc");
  names(chunk("iCCP", std::string("name\0\0", 6) + deflated(std::string(200, 'x'))),
        "ICC profile, which is invalid (iCCP)");
  std::string damaged = chunk("eXIf", exif_of(6));
  damaged.back() ^= 1;
  names(damaged, "damaged chunk eXIf");
  CHECK(notes_of(png_with("", "tail")) == "not kept: 4 bytes after the picture");
  CHECK(notes_of(png_with(chunk("acTL", std::string("\0\0\0\1\0\0\0\0", 8)))) == "");
}

TEST_CASE("Exif data are read from a chunk or from text, with and without JPEG's prefix") {
  const std::string prefix("Exif\0\0", 6), key = "Raw profile type ", zero(1, '\0');
  for (const uint8_t orientation : {1, 3, 6, 8}) {
    const std::string exif = exif_of(orientation), plain = exif_of(1);
    const std::string files[] = {
        chunk("eXIf", exif),
        chunk("eXIf", prefix + exif),
        chunk("tEXt", key + "exif" + zero + raw_profile("exif", prefix + exif)),
        chunk("zTXt", key + "exif" + zero + zero + deflated(raw_profile("exif", exif))),
        chunk("zTXt", key + "APP1" + zero + zero + deflated(raw_profile("generic profile", prefix + exif))),
        chunk("iTXt", key + "APP1" + zero + "\1" + zero + zero + zero + deflated(raw_profile("exif", prefix + exif))),
        chunk("eXIf", exif) + chunk("tEXt", key + "exif" + zero + raw_profile("exif", prefix + exif_of(4))),
    };
    for (const std::string& chunks : files) {
      const auto picture = decode_png(png_with(chunks), 1000);
      REQUIRE(picture.ok());
      CHECK(picture->metadata.orientation == orientation);
      CHECK(text_of(picture->metadata.exif) == plain);
      CHECK(picture->notes.text() == "");
      const auto written = laq::io::encode_png(*picture);
      REQUIRE(written.ok());
      const laq::io::PngChunks again = laq::io::parse_png_chunks(*written);
      REQUIRE(again.find("eXIf") != nullptr);
      CHECK(std::string(reinterpret_cast<const char*>(again.find("eXIf")->data.data()), exif.size()) == exif);
      CHECK(count_chunks(*written, "eXIf") == 1);
    }
  }
}

TEST_CASE("XMP is read from its own text, plain or deflated, and from raw profiles") {
  const std::string xmp = "<x:xmpmeta>sample</x:xmpmeta>", zero(1, '\0'), key = "XML:com.adobe.xmp";
  const std::string name_space("http://ns.adobe.com/xap/1.0/\0", 29);
  for (const std::string& chunks :
       {chunk("iTXt", key + std::string(5, '\0') + xmp),
        chunk("iTXt", key + zero + "\1" + std::string(3, '\0') + deflated(xmp)),
        chunk("zTXt", "Raw profile type xmp" + zero + zero + deflated(raw_profile("xmp", xmp))),
        chunk("tEXt", "Raw profile type APP1" + zero + raw_profile("generic profile", name_space + xmp))}) {
    const auto picture = decode_png(png_with(chunks), 1000);
    REQUIRE(picture.ok());
    CHECK(text_of(picture->metadata.xmp) == xmp);
    CHECK(picture->metadata.exif.empty());
    CHECK(picture->notes.text() == "");
  }
}

TEST_CASE("a raw profile of nonsense stays text") {
  const std::string zero(1, '\0'), key = "Raw profile type exif";
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("\nexif\n"), std::string("\nexif\n 5\n4578"),
        std::string("\nexif\n-1\n45"), std::string("\nexif\n99999999999999999999\n45"), std::string("exif 2 4578")}) {
    const auto picture = decode_png(png_with(chunk("tEXt", key + zero + text)), 1000);
    REQUIRE(picture.ok());
    CHECK(picture->metadata.exif.empty());
    CHECK(picture->notes.text() == "");
    REQUIRE(picture->metadata.attachments.size() == 1);
    const std::vector<laq::io::Text> texts = laq::io::split_texts(picture->metadata.attachments[0].bytes);
    REQUIRE(texts.size() == 1);
    CHECK(texts[0].keyword == key);
    CHECK(texts[0].text == text);
  }
}

TEST_CASE("texts of a PNG file come back, each by the chunk that can hold it") {
  const std::string zero(1, '\0'), greek = "\xce\xb1\xce\xb2";
  const std::string chunks =
      chunk("tEXt", "Title" + zero + "caf\xe9") + chunk("zTXt", "Comment" + zero + zero + deflated("a comment")) +
      chunk("iTXt", "Author" + std::string(5, '\0') + greek) + chunk("tEXt", "Title" + zero + "another");
  const auto picture = decode_png(png_with(chunks), 1000);
  REQUIRE(picture.ok());
  CHECK(picture->notes.text() == "");
  const auto* contents = laq::io::find_attachment(picture->metadata.attachments, "text");
  REQUIRE(contents != nullptr);
  const std::vector<laq::io::Text> texts = laq::io::split_texts(*contents);
  REQUIRE(texts.size() == 4);
  CHECK(texts[0].text == "caf\xc3\xa9");
  CHECK(texts[2].text == greek);
  const auto written = laq::io::encode_png(*picture);
  REQUIRE(written.ok());
  CHECK(written->notes.text() == "");
  CHECK(count_chunks(*written, "tEXt") == 3);
  CHECK(count_chunks(*written, "iTXt") == 1);
  CHECK(same_metadata(decode_png(*written, 1000)->metadata, picture->metadata));
}

TEST_CASE("text that PNG cannot hold is named when it is written") {
  for (const laq::io::Text& text : {laq::io::Text{"", "no keyword"},
                                    {std::string(80, 'k'), "long keyword"},
                                    {"\xce\xb1", "Greek keyword"},
                                    {"Title", std::string("a\0b", 3)},
                                    {"Title", "\xff"}}) {
    Picture picture = sample_picture(5, 4, 3, 8);
    laq::io::attach(picture.metadata.attachments, "text", laq::io::join_texts(std::span(&text, 1)));
    const auto written = laq::io::encode_png(picture);
    REQUIRE(written.ok());
    CHECK(written->notes.text() == "not kept: text that PNG cannot hold");
  }
}

TEST_CASE("IPTC data of raw profiles are as those of JPEG, and come back") {
  const std::string zero(1, '\0'), block = "8BIM\4\4" + std::string("\0\0\0\0\0\6", 6) + "\x1c\2\x78" + zero + "\1x";
  const std::string iptc = block.substr(12);
  for (const std::string& data : {block, "Photoshop 3.0" + zero + block, iptc}) {
    const auto picture =
        decode_png(png_with(chunk("tEXt", "Raw profile type iptc" + zero + raw_profile("iptc", data))), 1000);
    REQUIRE(picture.ok());
    REQUIRE(picture->metadata.attachments.size() == 1);
    CHECK(picture->metadata.attachments[0].name == "iptc");
    CHECK(text_of(picture->metadata.attachments[0].bytes) == "Photoshop 3.0" + zero + block);
    const auto written = laq::io::encode_png(*picture);
    REQUIRE(written.ok());
    CHECK(same_metadata(decode_png(*written, 1000)->metadata, picture->metadata));
  }
}

TEST_CASE("a PNG whose bytes cannot be its rows is refused before its samples are allocated") {
  const std::string few = chunk("IDAT", deflated(std::string(100, '\0'))) + chunk("IEND", "");
  for (const int interlace : {0, 1}) {
    for (const auto& [depth, colour] : {std::pair{8, 2}, {16, 6}, {1, 0}, {8, 4}}) {
      const auto refused = decode_png(bytes_of(header_only(30000, 30000, depth, colour, interlace, few)), 1u << 30);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == laq::ErrorCode::corrupt);
      CHECK(refused.error().message.find("too few bytes") != std::string::npos);
    }
  }
}

TEST_CASE("the emptiest PNG that there is, of one colour, is read") {
  const std::string rows(1 + 2000 / 8, '\0');
  std::string raw;
  for (int y = 0; y < 2000; ++y) raw += rows;
  const std::string file = header_only(2000, 2000, 1, 0, 0, chunk("IDAT", deflated(raw)) + chunk("IEND", ""));
  CHECK(file.size() < 1000);
  const auto picture = decode_png(bytes_of(file), 1u << 30);
  REQUIRE(picture.ok());
  CHECK(picture->samples.size() == 4000000);
}

TEST_CASE("a metadata chunk that claims to be large when inflated costs what its bytes may be") {
  std::string profile(200, '\0');
  profile[0] = '\x0f';  // 250 MB
  const auto picture = decode_png(png_with(chunk("iCCP", std::string("name\0\0", 6) + deflated(profile))), 1000);
  REQUIRE(picture.ok());
  CHECK(picture->metadata.icc.empty());
}
