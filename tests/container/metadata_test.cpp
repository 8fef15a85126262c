// Metadata: all of it survives, defaults cost nothing, and what a stranger wrote cannot make the reader allocate much.
#include "container/metadata.h"

#include <string>

#include <doctest/doctest.h>

#include "base/bytes.h"

namespace laq {
namespace {

std::vector<Section> views(const std::vector<OwnedSection>& owned) {
  std::vector<Section> sections;
  for (const OwnedSection& section : owned) sections.push_back(section.view());
  return sections;
}

// The contents' length, then `stream`.
std::vector<std::byte> payload(uint64_t length, std::span<const std::byte> stream) {
  ByteWriter writer;
  writer.integer(length);
  writer.append(stream);
  return writer.take();
}

void check_error(const SectionName& name, std::span<const std::byte> bytes, ErrorCode code,
                 uint64_t max_bytes = UINT64_MAX) {
  const Section section{name, bytes};
  const auto metadata = read_metadata(std::span(&section, 1), max_bytes);
  REQUIRE_FALSE(metadata.ok());
  CHECK(metadata.error().code == code);
  CHECK(metadata.error().message.find(describe(name)) == 0);
}

TEST_CASE("all metadata comes back") {
  Metadata metadata;
  metadata.icc.assign(500, std::byte{1});
  metadata.exif.assign(1, std::byte{2});
  metadata.xmp.assign(100000, std::byte{3});
  metadata.orientation = 8;
  metadata.pixels_per_metre_x = 11811;
  metadata.pixels_per_metre_y = UINT32_MAX;
  const auto sections = write_metadata(metadata);
  CHECK(sections.size() == 4);
  const auto again = read_metadata(views(sections), UINT64_MAX);
  REQUIRE(again.ok());
  CHECK(again->icc == metadata.icc);
  CHECK(again->exif == metadata.exif);
  CHECK(again->xmp == metadata.xmp);
  CHECK(again->orientation == 8);
  CHECK(again->pixels_per_metre_x == 11811);
  CHECK(again->pixels_per_metre_y == UINT32_MAX);
}

TEST_CASE("defaults have no section") {
  CHECK(write_metadata({}).empty());
}

TEST_CASE("repetitive metadata becomes small") {
  Metadata metadata;
  metadata.xmp.assign(100000, std::byte{' '});
  CHECK(write_metadata(metadata)[0].bytes.size() < 200);
}

TEST_CASE("a caller's metadata is checked") {
  Metadata metadata;
  CHECK_FALSE(check(metadata));
  metadata.orientation = 9;
  REQUIRE(check(metadata));
  CHECK(check(metadata)->message == "metadata.orientation is 9, it must be 1 to 8");
  metadata.orientation = 0;
  CHECK(check(metadata));
  metadata.orientation = 1;
  metadata.exif.resize(kMaxMetadataBytes + 1);
  REQUIRE(check(metadata));
  CHECK(check(metadata)->code == ErrorCode::invalid_argument);
  CHECK(check(metadata)->message.find("metadata.exif") == 0);
}

TEST_CASE("a length that the stream cannot have is refused before anything is allocated") {
  const std::vector<std::byte> stream(100);
  check_error(kXmpSection, payload(uint64_t{1} << 62, stream), ErrorCode::corrupt);
  check_error(kXmpSection, payload(1032 * 101, stream), ErrorCode::corrupt);
  check_error(kXmpSection, payload(0, stream), ErrorCode::corrupt);
  check_error(kXmpSection, {}, ErrorCode::corrupt);
  const std::vector<std::byte> long_stream(70000);
  check_error(kXmpSection, payload(kMaxMetadataBytes + 1, long_stream), ErrorCode::limit_exceeded);
}

TEST_CASE("the caller's limit counts all kinds together") {
  Metadata metadata;
  metadata.exif.assign(60, std::byte{1});
  metadata.xmp.assign(60, std::byte{1});
  const auto sections = write_metadata(metadata);
  CHECK(read_metadata(views(sections), 120).ok());
  const auto refused = read_metadata(views(sections), 119);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("a stream of another length than stated, or with something behind it, is corrupt") {
  Metadata metadata;
  metadata.exif.assign(100, std::byte{7});
  const auto good = write_metadata(metadata)[0].bytes;
  const std::span stream = std::span(good).subspan(1);  // the length, 100, is one byte
  check_error(kExifSection, payload(99, stream), ErrorCode::corrupt);
  check_error(kExifSection, payload(101, stream), ErrorCode::corrupt);
  check_error(kExifSection, payload(100, stream.first(stream.size() - 1)), ErrorCode::corrupt);
  std::vector<std::byte> longer(good);
  longer.push_back({});
  check_error(kExifSection, longer, ErrorCode::corrupt);
}

TEST_CASE("META holds three values in their ranges and nothing else") {
  const auto meta = [](uint8_t orientation, uint64_t x, uint64_t y, int extra) {
    ByteWriter writer;
    writer.byte(orientation);
    writer.integer(x);
    writer.integer(y);
    for (int i = 0; i < extra; ++i) writer.byte(0);
    return writer.take();
  };
  check_error(kPresentationSection, meta(0, 1, 1, 0), ErrorCode::corrupt);
  check_error(kPresentationSection, meta(9, 1, 1, 0), ErrorCode::corrupt);
  check_error(kPresentationSection, meta(1, uint64_t{1} << 32, 1, 0), ErrorCode::corrupt);
  check_error(kPresentationSection, meta(1, 1, 1, 1), ErrorCode::corrupt);
  check_error(kPresentationSection, std::vector<std::byte>(2, std::byte{1}), ErrorCode::corrupt);
}

}  // namespace
}  // namespace laq
