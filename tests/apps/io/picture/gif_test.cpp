// GIF files, which are put together here: literal codes of 9 bits with a clear code now and then.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_GIF

#include "io/bytes.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::io::decode_gif;

namespace {

std::string number(uint64_t value) {
  return laq::io::integer_text(value, 2, false);
}

std::string sub_blocks(const std::string& data) {
  std::string blocks;
  for (size_t i = 0; i < data.size(); i += 255) {
    const std::string block = data.substr(i, 255);
    blocks += static_cast<char>(block.size()) + block;
  }
  return blocks + '\0';
}

std::string lzw(const std::string& indices) {
  constexpr uint32_t kClear = 256, kEnd = 257, kCodeBits = 9;
  std::string data;
  uint32_t buffer = 0, held = 0;
  const auto put = [&](uint32_t code) {
    buffer |= code << held;
    for (held += kCodeBits; held >= 8; held -= 8, buffer >>= 8) data += static_cast<char>(buffer & 0xff);
  };
  for (size_t i = 0; i < indices.size(); ++i) {
    if (i % 100 == 0) put(kClear);
    put(static_cast<unsigned char>(indices[i]));
  }
  put(kEnd);
  data += static_cast<char>(buffer & 0xff);
  return "\x08" + sub_blocks(data);
}

// Colour i of the palette is (i, 2 i, 255 - i).
std::string header(uint32_t width, uint32_t height) {
  std::string text = "GIF89a" + number(width) + number(height) + std::string("\xf7\0\0", 3);
  for (uint32_t i = 0; i < 256; ++i)
    for (const uint32_t v : {i, 2 * i, 255 - i}) text += static_cast<char>(v & 0xff);
  return text;
}

std::string frame(uint32_t left, uint32_t top, uint32_t width, uint32_t height, const std::string& indices,
                  bool is_interlaced = false) {
  return "," + number(left) + number(top) + number(width) + number(height) + (is_interlaced ? '\x40' : '\0') +
         lzw(indices);
}

std::string transparency(char index) {
  return std::string("!\xf9\x04\x01\0\0", 6) + index + '\0';
}

laq::Result<laq::io::Noted<laq::Picture>> read(const std::string& text) {
  return decode_gif(bytes_of(text), 1 << 20);
}

}  // namespace

TEST_CASE("GIF: a frame that fills the canvas becomes RGB") {
  const auto picture = read(header(3, 2) + frame(0, 0, 3, 2, std::string("\0\1\2\3\4\5", 6)) + ";");
  REQUIRE(picture.ok());
  CHECK(picture->channels == 3);
  CHECK(picture->width == 3);
  CHECK(sample(*picture, 3 * 5) == 5);
  CHECK(sample(*picture, 3 * 5 + 1) == 10);
  CHECK(sample(*picture, 3 * 5 + 2) == 250);
  CHECK(picture->notes.text() == "");
}

TEST_CASE("GIF: what is not drawn has alpha 0") {
  auto picture = read(header(2, 2) + frame(1, 1, 1, 1, "\7") + ";");
  REQUIRE(picture.ok());
  REQUIRE(picture->channels == 4);
  for (const size_t pixel : {0, 1, 2}) CHECK(sample(*picture, 4 * pixel + 3) == 0);
  CHECK(sample(*picture, 4 * 3 + 3) == 255);
  CHECK(sample(*picture, 4 * 3 + 1) == 14);
  picture = read(header(2, 1) + transparency('\5') + frame(0, 0, 2, 1, "\5\6") + ";");
  REQUIRE(picture.ok());
  REQUIRE(picture->channels == 4);
  CHECK(sample(*picture, 3) == 0);
  CHECK(sample(*picture, 7) == 255);
}

TEST_CASE("GIF: rows of an interlaced frame go to their places") {
  std::string indices;
  for (const int row : {0, 8, 4, 2, 6, 10, 1, 3, 5, 7, 9}) indices += static_cast<char>(row);
  const auto picture = read(header(1, 11) + frame(0, 0, 1, 11, indices, true) + ";");
  REQUIRE(picture.ok());
  for (uint32_t y = 0; y < 11; ++y) CHECK(sample(*picture, size_t{3} * y) == y);
}

TEST_CASE("GIF: further frames and comments are named, and damage behind the first frame does no harm") {
  const std::string first = header(1, 1) + std::string("!\xfe\2hi\0", 6) + frame(0, 0, 1, 1, "\1");
  const auto picture = read(first + frame(0, 0, 1, 1, "\2") + ";");
  REQUIRE(picture.ok());
  CHECK(sample(*picture, 0) == 1);
  CHECK(picture->notes.text() == "not kept: comments, frames after the first (of 2)");
  const std::string damage = "is damaged or cut off behind its first picture, which is read; not kept: comments";
  for (const std::string& rest : {std::string(), std::string("!"), std::string("!\xfe\x05hi"), std::string("x")}) {
    const auto cut = read(first + rest);
    REQUIRE(cut.ok());
    CHECK(sample(*cut, 0) == 1);
    CHECK(cut->notes.text() == damage);
  }
  const auto cut = read(first + frame(0, 0, 1, 1, "\2").substr(0, 12));
  REQUIRE(cut.ok());
  CHECK(cut->notes.text() == damage + ", frames after the first (of 2)");
  CHECK_FALSE(read(header(1, 1) + ";").ok());
}

TEST_CASE("GIF: a file that is cut off, or too small for its canvas, is an error") {
  const std::string whole = header(5, 4) + frame(0, 0, 5, 4, std::string(20, '\3'));
  for (size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(read(whole.substr(0, size)).ok());
  const auto small = decode_gif(bytes_of(header(65535, 65535) + frame(0, 0, 1, 1, "\1") + ";"), UINT64_MAX);
  REQUIRE_FALSE(small.ok());
  CHECK(small.error().message.find("too few bytes") != std::string::npos);
  CHECK(read(header(2000, 2000)).error().message.find("more than 1048576 pixels") == 0);
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole + ";";
    flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
    const auto picture = read(flipped);
    if (!picture.ok()) CHECK_FALSE(picture.error().message.empty());
  }
}

#endif
