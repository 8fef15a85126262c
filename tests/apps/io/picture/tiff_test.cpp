// TIFF files: what is written reads back, and files of other layouts, which are put together here byte by byte or by
// libtiff, give the samples that they hold.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_TIFF

#include <cstring>

#include "io/bytes.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "io/picture/tiff_file.h"
#include "sample_pictures.h"

using laq::Picture;
using laq::io::decode_tiff;
using laq::io::encode_tiff;
using laq::io::integer_text;

namespace {

constexpr uint64_t kMaxPixels = 1 << 20;

struct Tag {
  uint16_t number;
  uint16_t type;  // 3: SHORT, 4: LONG, 7: UNDEFINED, 11: FLOAT
  std::vector<uint32_t> values;
};

// An uncompressed file of one strip.
std::vector<std::byte> file_of(std::vector<Tag> tags, const std::string& samples, bool is_big_endian) {
  const auto number = [&](uint64_t value, size_t size) { return integer_text(value, size, is_big_endian); };
  tags.push_back({273, 4, {8}});
  tags.push_back({279, 4, {static_cast<uint32_t>(samples.size())}});
  std::sort(tags.begin(), tags.end(), [](const Tag& a, const Tag& b) { return a.number < b.number; });
  std::string body = samples + std::string(samples.size() % 2, '\0'), entries;
  for (const Tag& tag : tags) {
    const size_t size = tag.type == 3 ? 2 : tag.type == 4 || tag.type == 11 ? 4 : 1;
    std::string value;
    for (const uint32_t v : tag.values) value += number(v, size);
    if (value.size() > 4) {
      const size_t place = 8 + body.size();
      body += value + std::string(value.size() % 2, '\0');
      value = number(place, 4);
    }
    value.resize(4);
    entries += number(tag.number, 2) + number(tag.type, 2) + number(tag.values.size(), 4) + value;
  }
  return bytes_of((is_big_endian ? "MM" : "II") + number(42, 2) + number(8 + body.size(), 4) + body +
                  number(tags.size(), 2) + entries + number(0, 4));
}

std::vector<Tag> tags_of(uint32_t width, uint32_t height, uint32_t bits, uint32_t samples, uint32_t photometric) {
  return {{256, 3, {width}},
          {257, 3, {height}},
          {258, 3, std::vector<uint32_t>(samples, bits)},
          {262, 3, {photometric}},
          {277, 3, {samples}}};
}

std::vector<uint32_t> samples_of(const Picture& picture) {
  std::vector<uint32_t> samples;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) samples.push_back(sample(picture, i));
  return samples;
}

// The same picture as libtiff writes it: in tiles or strips, planes or pixels, with the compression.
std::vector<std::byte> written_by_libtiff(const Picture& picture, bool is_tiled, bool is_planar, uint16_t compression) {
  laq::io::MemorySink sink;
  laq::io::TiffFile file("w", sink);
  TIFF* const tiff = file.get();
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, picture.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, picture.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture.depth);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, picture.channels == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, is_planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
  constexpr uint32_t kTile = 16;
  if (is_tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, kTile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, kTile);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 5);
  }
  const size_t bytes = picture.sample_bytes();
  const int planes = is_planar ? picture.channels : 1, stride = is_planar ? 1 : picture.channels;
  const uint32_t part_width = is_tiled ? kTile : picture.width, part_height = is_tiled ? kTile : 1;
  std::vector<std::byte> part(part_width * part_height * stride * bytes);
  for (int plane = 0; plane < planes; ++plane) {
    for (uint32_t y = 0; y < picture.height; y += part_height) {
      for (uint32_t x = 0; x < picture.width; x += part_width) {
        for (size_t i = 0; i < part.size() / bytes; ++i) {
          const size_t px = std::min<size_t>(x + i / stride % part_width, picture.width - 1);
          const size_t py = std::min<size_t>(y + i / stride / part_width, picture.height - 1);
          const size_t from = ((py * picture.width + px) * picture.channels + plane + i % stride) * bytes;
          std::memcpy(&part[i * bytes], &picture.samples[from], bytes);
        }
        const auto s = static_cast<uint16_t>(plane);
        if (is_tiled)
          TIFFWriteTile(tiff, part.data(), x, y, 0, s);
        else
          TIFFWriteScanline(tiff, part.data(), y, s);
      }
    }
  }
  REQUIRE(file.close());
  return sink.take();
}

}  // namespace

TEST_CASE("TIFF: a picture that is written reads back with its metadata") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const int depth : {8, 16}) {
      for (const uint32_t size : {1u, 2u, 37u}) {
        CAPTURE(channels);
        CAPTURE(depth);
        Picture picture = sample_picture(size, size + 3, channels, depth);
        picture.metadata = sample_metadata();
        picture.metadata.exif.clear();
        const auto file = encode_tiff(picture);
        REQUIRE(file.ok());
        const auto again = decode_tiff(*file, kMaxPixels);
        REQUIRE(again.ok());
        CHECK(same_samples(*again, picture));
        CHECK(same_metadata(again->metadata, picture.metadata));
        CHECK(again->notes.text() == "");
      }
    }
  }
}

TEST_CASE("TIFF: a resolution that is only a ratio is kept as one") {
  Picture picture = sample_picture(4, 3, 1, 8);
  picture.metadata.pixels_per_metre_x = 64;
  picture.metadata.pixels_per_metre_y = 48;
  picture.metadata.is_only_aspect = true;
  const auto file = laq::io::encode_picture(picture, laq::io::FileKind::tiff);
  REQUIRE(file.ok());
  CHECK(file->notes.text() == "");
  const auto again = decode_tiff(*file, kMaxPixels);
  REQUIRE(again.ok());
  CHECK(again->metadata.is_only_aspect);
  CHECK(again->metadata.pixels_per_metre_x * 48 == again->metadata.pixels_per_metre_y * 64);
}

TEST_CASE("TIFF: strips and tiles, planes and pixels hold the same picture") {
  for (const int channels : {1, 3}) {
    for (const int depth : {8, 16}) {
      const Picture picture = sample_picture(37, 21, channels, depth);
      for (const bool is_tiled : {false, true}) {
        for (const bool is_planar : {false, true}) {
          for (const uint16_t compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS}) {
            CAPTURE(is_tiled);
            CAPTURE(is_planar);
            CAPTURE(compression);
            const std::vector<std::byte> file = written_by_libtiff(picture, is_tiled, is_planar, compression);
            const auto rows = laq::io::open_tiff(file, kMaxPixels);
            REQUIRE(rows.ok());
            CHECK((*rows)->is_sequential() == !is_planar);
            if (!is_planar) CHECK(same_samples(*laq::io::read_all_rows(rows), picture));
            const auto read = decode_tiff(file, kMaxPixels);
            REQUIRE(read.ok());
            CHECK(same_samples(*read, picture));
          }
        }
      }
    }
  }
}

TEST_CASE("TIFF: samples of fewer bits become 8, those of 9 to 15 keep their depth") {
  for (const bool is_big_endian : {false, true}) {
    const auto read = [&](uint32_t bits, uint32_t photometric, const std::string& samples) {
      const auto picture = decode_tiff(file_of(tags_of(3, 1, bits, 1, photometric), samples, is_big_endian), 100);
      REQUIRE(picture.ok());
      CHECK(picture->channels == 1);
      CHECK(picture->depth == std::max(8, static_cast<int>(bits)));
      return samples_of(*picture);
    };
    using Samples = std::vector<uint32_t>;
    CHECK(read(1, 1, "\xa0") == Samples{255, 0, 255});
    CHECK(read(1, 0, "\xa0") == Samples{0, 255, 0});
    CHECK(read(2, 1, "\x18") == Samples{0, 85, 170});
    CHECK(read(4, 1, "\x0f\x70") == Samples{0, 255, 119});
    CHECK(read(8, 0, std::string("\0\x01\xff", 3)) == Samples{255, 254, 0});
    CHECK(read(12, 1, std::string("\xff\xf0\x00\x12\x30", 5)) == Samples{4095, 0, 0x123});
    CHECK(read(16, 1,
               integer_text(1, 2, is_big_endian) + integer_text(65535, 2, is_big_endian) +
                   integer_text(256, 2, is_big_endian)) == Samples{1, 65535, 256});
  }
}

TEST_CASE("TIFF: palettes become RGB, of 8 bits unless their colours need 16") {
  const auto read = [](const std::vector<uint32_t>& reds) {
    std::vector<uint32_t> map = reds;
    map.resize(12);
    std::vector<Tag> tags = tags_of(2, 1, 2, 1, 3);
    tags.push_back({320, 3, map});
    const auto picture = decode_tiff(file_of(tags, "\x40", true), 100);
    REQUIRE(picture.ok());
    CHECK(picture->channels == 3);
    return std::pair(picture->depth, sample(*picture, 0));
  };
  CHECK(read({0, 200 * 257}) == std::pair(8, 200u));  // the pixel has index 1
  CHECK(read({200 * 257, 0}) == std::pair(8, 0u));
  CHECK(read({7, 200 * 257}) == std::pair(16, 200u * 257));
  CHECK(read({7, 200}) == std::pair(8, 200u));
}

TEST_CASE("TIFF: alpha is kept as it is, divided out, or guessed") {
  const auto read = [](std::vector<uint32_t> extra, uint32_t samples, const std::string& bytes) {
    std::vector<Tag> tags = tags_of(1, 1, 8, samples, 2);
    if (!extra.empty()) tags.push_back({338, 3, std::move(extra)});
    return *decode_tiff(file_of(tags, bytes, false), 100);
  };
  using Samples = std::vector<uint32_t>;
  auto picture = read({2}, 4, "\x10\x20\x40\x80");
  CHECK(samples_of(picture) == Samples{16, 32, 64, 128});
  CHECK(picture.notes.text() == "");
  picture = read({1}, 4, "\x10\x20\x40\x80");
  CHECK(samples_of(picture) == Samples{32, 64, 128, 128});
  CHECK(picture.notes.text().find("was multiplied by alpha") != std::string::npos);
  picture = read({}, 4, "\x10\x20\x40\x80");
  CHECK(picture.channels == 4);
  CHECK(picture.notes.text().find("is taken for alpha") != std::string::npos);
  picture = read({0, 2}, 5, "\x10\x20\x40\x70\x80");
  CHECK(samples_of(picture) == Samples{16, 32, 64, 128});
  CHECK(picture.notes.text() == "not kept: channels after colour and alpha (1)");
}

TEST_CASE("TIFF: floating-point samples are light, and come back bit by bit") {
  std::vector<Tag> tags = tags_of(2, 1, 32, 1, 1);
  tags.push_back({339, 3, {3}});
  const std::string one = integer_text(0x3f800000, 4, true), minus_one = integer_text(0xbf800000, 4, true);
  const auto picture = decode_tiff(file_of(tags, one + minus_one, true), 100);
  REQUIRE(picture.ok());
  REQUIRE(picture->metadata.code_points);
  CHECK(picture->metadata.code_points->transfer == 8);
  CHECK(picture->sample_format == laq::SampleFormat::float32);
  const float numbers[] = {1, -1};
  REQUIRE(picture->samples.size() == sizeof numbers);
  CHECK(std::memcmp(picture->samples.data(), numbers, sizeof numbers) == 0);
  CHECK(picture->notes.text().empty());
  const auto file = encode_tiff(*picture);
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  const auto again = decode_tiff(*file, 100);
  REQUIRE(again.ok());
  CHECK(again->samples == picture->samples);
}

TEST_CASE("TIFF: the primaries of light come back by their chromaticities, and unknown ones are named") {
  Picture picture{1, 1, 3, 32, std::vector<std::byte>(12), {}, laq::SampleFormat::float32};
  for (const uint8_t primaries : {1, 4, 5, 6, 8, 9, 10, 11, 12, 22}) {
    CAPTURE(primaries);
    picture.metadata.code_points = laq::CodePoints{primaries, 8, 0, true};
    const auto file = encode_tiff(picture);
    REQUIRE_MESSAGE(file.ok(), file.error().message);
    CHECK(file->notes.text().empty());
    const auto again = decode_tiff(*file, 100);
    REQUIRE_MESSAGE(again.ok(), again.error().message);
    CHECK(again->metadata.code_points->primaries == primaries);
    CHECK(again->notes.text().empty());
  }
  picture.metadata.code_points->primaries = 3;
  CHECK(encode_tiff(picture)->notes.text() == "not kept: primaries of code points");
  std::vector<Tag> tags = tags_of(2, 1, 32, 1, 1);
  tags.push_back({319, 11, std::vector<uint32_t>(6, std::bit_cast<uint32_t>(0.25F))});
  tags.push_back({339, 3, {3}});
  const auto odd = decode_tiff(file_of(tags, std::string(8, '\0'), true), 100);
  REQUIRE_MESSAGE(odd.ok(), odd.error().message);
  CHECK(odd->metadata.code_points->primaries == 1);
  CHECK(odd->notes.text() == "not kept: chromaticities, which are taken for those of BT.709");
}

TEST_CASE("TIFF: Exif is collected from its directories") {
  std::vector<Tag> tags = tags_of(1, 1, 8, 1, 1);
  tags.push_back({0x0110, 2, {'M', 'o', 'd', 'e', 'l', 0}});
  const auto picture = decode_tiff(file_of(tags, "x", true), 100);
  REQUIRE(picture.ok());
  const std::string exif(reinterpret_cast<const char*>(picture->metadata.exif.data()), picture->metadata.exif.size());
  CHECK(exif.find(std::string("MM\0*\0\0\0\b\0\1\1\x10\0\2\0\0\0\6", 18)) == 0);
  CHECK(exif.find(std::string("Model\0", 6)) != std::string::npos);
}

TEST_CASE("TIFF: what is not read is refused by its name") {
  const auto why = [](std::vector<Tag> tags, const std::string& samples) {
    const auto picture = decode_tiff(file_of(std::move(tags), samples, false), 1000);
    REQUIRE_FALSE(picture.ok());
    return picture.error().message;
  };
  CHECK(why(tags_of(1, 1, 8, 4, 5), "abcd").find("CMYK") != std::string::npos);
  CHECK(why(tags_of(1, 1, 8, 3, 8), "abc").find("colour that is not read, number 8") != std::string::npos);
  CHECK(why(tags_of(100, 100, 8, 1, 1), "abc").find("more than 1000 pixels") == 0);
  CHECK(why(tags_of(30, 30, 8, 1, 1), "abc").find("too few bytes") != std::string::npos);
  std::vector<Tag> tags = tags_of(1, 1, 8, 1, 1);
  tags.push_back({339, 3, {2}});
  CHECK(why(tags, "a").find("signed") != std::string::npos);
}

TEST_CASE("TIFF: files that are cut off give an error, and flipped bytes no crash") {
  const auto file = encode_tiff(sample_picture(19, 13, 3, 8));
  REQUIRE(file.ok());
  for (size_t size = 0; size < file->size(); ++size)
    CHECK_FALSE(decode_tiff(std::span(*file).first(size), kMaxPixels).ok());
  for (size_t i = 0; i < file->size(); ++i) {
    auto flipped = *file;
    flipped[i] ^= std::byte{0x55};
    const auto picture = decode_tiff(flipped, kMaxPixels);
    if (!picture.ok()) CHECK_FALSE(picture.error().message.empty());
  }
}

#endif
