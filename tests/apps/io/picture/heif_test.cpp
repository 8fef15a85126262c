// HEIF and AVIF files: samples come back nearly, metadata exactly, and what is damaged is refused.
#include <doctest/doctest.h>

#ifdef LAQ_HAVE_HEIF

#include <libheif/heif.h>

#include <cstdlib>

#include "io/picture/convert.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "sample_pictures.h"

using laq::io::decode_heif;
using laq::io::encode_picture;
using laq::io::FileKind;

namespace {

// The kinds that this libheif encodes.
std::vector<FileKind> written_kinds() {
  std::vector<FileKind> kinds;
  if (heif_have_encoder_for_format(heif_compression_AV1)) kinds.push_back(FileKind::avif);
  if (heif_have_encoder_for_format(heif_compression_HEVC)) kinds.push_back(FileKind::heif);
  if (kinds.empty()) MESSAGE("skipped: libheif has no encoders");
  return kinds;
}

laq::io::Noted<std::vector<std::byte>> written(const laq::Picture& picture, FileKind kind) {
  auto file = encode_picture(picture, kind);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  return std::move(*file);
}

laq::io::Noted<laq::Picture> read(std::span<const std::byte> file) {
  auto picture = decode_heif(file, 1 << 20);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
  return std::move(*picture);
}

// A slope, which lossy codecs keep well.
laq::Picture slope(uint32_t width, uint32_t height, int channels, int depth) {
  laq::Picture picture = sample_picture(width, height, channels, depth);
  const uint32_t most = (1u << depth) - 1, pixels = width * height;
  for (uint32_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < channels; ++c) {
      const uint32_t along = c % 2 == 0 ? i % width : width - 1 - i % width;
      set_sample(picture, i * static_cast<uint32_t>(channels) + static_cast<uint32_t>(c),
                 most / 4 + along * (most / 2) / width);
    }
  }
  return picture;
}

double largest_difference(const laq::Picture& a, const laq::Picture& b) {
  double largest = 0;
  const double full_a = (1 << a.depth) - 1, full_b = (1 << b.depth) - 1;
  for (size_t i = 0; i < a.samples.size() / a.sample_bytes(); ++i)
    largest = std::max(largest, std::abs(sample(a, i) / full_a - sample(b, i) / full_b));
  return largest;
}

}  // namespace

TEST_CASE("a HEIF or AVIF file has nearly the samples that were written, of any channels, depth and size") {
  for (const FileKind kind : written_kinds()) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 10, 12}) {
        laq::Picture picture = slope(67, 33, channels, depth);
        const auto again = read(written(picture, kind));
        if (again.channels > 2) picture = laq::io::with_colour(picture);  // libheif 1.15 makes colour HEIC of gray
        CAPTURE(channels);
        CAPTURE(depth);
        REQUIRE(again.channels == picture.channels);
        REQUIRE(again.depth == (depth == 10 && kind == FileKind::avif ? 12 : depth));
        REQUIRE(again.samples.size() == picture.samples.size());
        CHECK(largest_difference(picture, again) < 0.06);
      }
    }
    const laq::Picture tiny = slope(1, 1, 3, 8);
    CHECK(largest_difference(tiny, read(written(tiny, kind))) < 0.06);
  }
}

TEST_CASE("a HEIF or AVIF file keeps profile, Exif and XMP, and is upright") {
  for (const FileKind kind : written_kinds()) {
    laq::Picture picture = slope(40, 20, 3, 8);
    picture.metadata = sample_metadata();
    const auto file = written(picture, kind);
    CHECK(file.notes.text() == "not kept: resolution");
    const auto again = read(file);
    CHECK(again.metadata.icc == picture.metadata.icc);
    CHECK(again.metadata.exif == picture.metadata.exif);
    CHECK(again.metadata.xmp == picture.metadata.xmp);
    CHECK(again.metadata.orientation == 1);
    CHECK(again.width == 20);
  }
}

TEST_CASE("a HEIF or AVIF file keeps code points") {
  for (const FileKind kind : written_kinds()) {
    laq::Picture picture = slope(40, 20, 3, 10);
    const laq::CodePoints pq{9, 16, 0, true};
    picture.metadata.code_points = pq;
    CHECK(read(written(picture, kind)).metadata.code_points == pq);
    picture.metadata.code_points->is_full_range = false;
    CHECK(written(picture, kind).notes.text() == "not kept: narrow range of samples, which are taken for full range");
    picture.metadata.code_points.reset();
    CHECK_FALSE(read(written(picture, kind)).metadata.code_points);
  }
}

TEST_CASE("HEIF and AVIF files that are too large, cut off or damaged give an error or a picture") {
  for (const FileKind kind : written_kinds()) {
    const std::vector<std::byte> file = written(slope(60, 50, 4, 8), kind);
    CHECK(decode_heif(file, 2999).error().code == laq::ErrorCode::limit_exceeded);
    for (size_t size = 0; size < file.size(); size += 37) {
      const auto cut = decode_heif(std::span(file).first(size), 1 << 20);
      CHECK((cut.ok() || !cut.error().message.empty()));
    }
    CHECK_FALSE(decode_heif(std::span(file).first(file.size() / 4), 1 << 20).ok());
    for (size_t at = 0; at < file.size(); at += 13) {
      std::vector<std::byte> flipped = file;
      flipped[at] ^= std::byte{0x10};
      const auto damaged = decode_heif(flipped, 1 << 20);
      CHECK((damaged.ok() || !damaged.error().message.empty()));
    }
  }
}

#endif
