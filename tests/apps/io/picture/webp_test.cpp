// WebP files: samples and metadata come back, and what is damaged is refused.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_WEBP

#include <webp/mux.h>

#include "io/bytes.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::io::decode_webp;
using laq::io::encode_picture;
using laq::io::FileKind;

namespace {

laq::io::Noted<std::vector<std::byte>> written(const laq::Picture& picture) {
  auto file = encode_picture(picture, FileKind::webp);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return std::move(*file);
}

// An animation of frames of 5 x 3 pixels.
std::vector<std::byte> animation(int frames) {
  const std::vector<std::byte> still = written(sample_picture(5, 3, 4, 8));
  WebPMux* const mux = WebPMuxNew();
  for (int i = 0; i < frames; ++i) {
    WebPMuxFrameInfo frame{};
    frame.bitstream = {reinterpret_cast<const uint8_t*>(still.data()), still.size()};
    frame.id = WEBP_CHUNK_ANMF;
    frame.duration = 40;
    frame.blend_method = WEBP_MUX_NO_BLEND;
    REQUIRE(WebPMuxPushFrame(mux, &frame, 1) == WEBP_MUX_OK);
  }
  const WebPMuxAnimParams parameters{0, 0};
  REQUIRE(WebPMuxSetAnimationParams(mux, &parameters) == WEBP_MUX_OK);
  WebPData data{};
  REQUIRE(WebPMuxAssemble(mux, &data) == WEBP_MUX_OK);
  const auto* first = reinterpret_cast<const std::byte*>(data.bytes);
  std::vector<std::byte> file(first, first + data.size);
  WebPDataClear(&data);
  WebPMuxDelete(mux);
  return file;
}

}  // namespace

TEST_CASE("a WebP file has the samples that were written, of any size, with and without alpha") {
  for (const int channels : {3, 4}) {
    for (const auto& [width, height] : {std::pair(1u, 1u), std::pair(37u, 5u), std::pair(64u, 65u)}) {
      const laq::Picture picture = sample_picture(width, height, channels, 8);
      const auto again = decode_webp(written(picture), 1 << 20);
      REQUIRE(again.ok());
      CHECK(again->channels == channels);
      CHECK(again->samples == picture.samples);
    }
  }
}

TEST_CASE("a WebP file keeps profile, Exif, XMP and orientation, and the rest is named") {
  laq::Picture picture = sample_picture(20, 10, 3, 8);
  picture.metadata.icc = bytes_of("a profile");
  picture.metadata.xmp = bytes_of("<x/>");
  picture.metadata.orientation = 6;
  picture.metadata.pixels_per_metre_x = picture.metadata.pixels_per_metre_y = 5000;
  const auto file = written(picture);
  CHECK(file.notes.text() == "not kept: resolution");
  const auto again = decode_webp(file, 1 << 20);
  REQUIRE(again.ok());
  CHECK(again->metadata.icc == picture.metadata.icc);
  CHECK(again->metadata.xmp == picture.metadata.xmp);
  CHECK(again->metadata.orientation == 6);
}

TEST_CASE("WebP: chunks that are not known are named") {
  laq::Picture picture = sample_picture(20, 10, 3, 8);
  picture.metadata.xmp = bytes_of("<x/>");
  std::vector<std::byte> file = written(picture);
  for (const std::string& chunk : {std::string("abcd\3\0\0\0xyz\0", 12), std::string("e\x1b[f\0\0\0\0", 8)}) {
    const std::vector<std::byte> bytes = bytes_of(chunk);
    file.insert(file.end(), bytes.begin(), bytes.end());
  }
  const std::vector<std::byte> size = bytes_of(laq::io::integer_text(file.size() - 8, 4, false));
  std::copy(size.begin(), size.end(), file.begin() + 4);
  const auto again = decode_webp(file, 1 << 20);
  REQUIRE(again.ok());
  CHECK(again->notes.text() == "not kept: chunk abcd, chunk e?[f");
}

TEST_CASE("the first frame of a WebP animation is read, and the others are named") {
  const auto picture = decode_webp(animation(3), 1 << 20);
  REQUIRE(picture.ok());
  CHECK(picture->width == 5);
  CHECK(picture->samples == sample_picture(5, 3, 4, 8).samples);
  CHECK(picture->notes.text() == "not kept: frames after the first (of 3)");
}

TEST_CASE("WebP files that are too large, cut off or damaged give an error or a picture") {
  const std::vector<std::byte> file = written(sample_picture(60, 50, 4, 8));
  CHECK(decode_webp(file, 2999).error().code == laq::ErrorCode::limit_exceeded);
  for (size_t size = 0; size < file.size(); size += 7) CHECK_FALSE(decode_webp(std::span(file).first(size), 1 << 20));
  for (size_t at = 0; at < file.size(); at += 5) {
    std::vector<std::byte> flipped = file;
    flipped[at] ^= std::byte{0x10};
    const auto picture = decode_webp(flipped, 1 << 20);
    CHECK((picture.ok() || !picture.error().message.empty()));
  }
}

#endif
