// Metadata: all of it survives, defaults cost nothing, and what a stranger wrote cannot make the reader allocate much.
#include "container/metadata.h"

#include <string>

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "container/compressed.h"

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
  metadata.is_only_aspect = true;
  metadata.code_points = {9, 16, 0, false};
  metadata.mastering_display = {{34000, 16000, 13250, 34500, 7500, 3000, 15635, 16450}, 10000000, 1};
  metadata.content_light = {UINT32_MAX, 0};
  metadata.attachments = {{"text", {std::byte{4}}}, {"a_09", std::vector<std::byte>(70000)}};
  const auto sections = write_metadata(metadata);
  CHECK(sections.size() == 9);
  const auto again = read_metadata(views(sections), UINT64_MAX);
  REQUIRE(again.ok());
  CHECK(again->icc == metadata.icc);
  CHECK(again->exif == metadata.exif);
  CHECK(again->xmp == metadata.xmp);
  CHECK(again->orientation == 8);
  CHECK(again->pixels_per_metre_x == 11811);
  CHECK(again->pixels_per_metre_y == UINT32_MAX);
  CHECK(again->is_only_aspect);
  CHECK(again->code_points == metadata.code_points);
  CHECK(again->mastering_display == metadata.mastering_display);
  CHECK(again->content_light == metadata.content_light);
  CHECK(again->attachments == metadata.attachments);
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
  metadata.exif.resize(kMaxCompressedContents + 1);
  REQUIRE(check(metadata));
  CHECK(check(metadata)->code == ErrorCode::invalid_argument);
  CHECK(check(metadata)->message.find("metadata.exif") == 0);
}

TEST_CASE("attachments have names of their own and contents") {
  const std::vector<std::byte> bytes(1);
  CHECK_FALSE(check_attachments(std::vector<Attachment>{{"text", bytes}, {"iptc", bytes}}));
  for (const char* name : {"", "tex", "texts", "Text", "te t", "1ext"}) {
    CAPTURE(name);
    CHECK(check_attachments(std::vector<Attachment>{{name, bytes}}));
  }
  CHECK(check_attachments(std::vector<Attachment>{{"text", bytes}, {"text", bytes}}));
  CHECK(check_attachments(std::vector<Attachment>{{"text", {}}}));
  std::vector<Attachment> many;
  for (size_t i = 0; i <= kMaxAttachments; ++i) many.push_back({"t_" + std::to_string(10 + i), bytes});
  CHECK(check_attachments(many));
  const auto sections = write_attachments(many);
  CHECK_FALSE(read_attachments(views(sections), UINT64_MAX).ok());
  many.pop_back();
  CHECK_FALSE(check_attachments(many));
}

TEST_CASE("a length that the stream cannot have is refused before anything is allocated") {
  const std::vector<std::byte> stream(100);
  check_error(kXmpSection, payload(uint64_t{1} << 62, stream), ErrorCode::corrupt);
  check_error(kXmpSection, payload(1032 * 101, stream), ErrorCode::corrupt);
  check_error(kXmpSection, payload(0, stream), ErrorCode::corrupt);
  check_error(kXmpSection, {}, ErrorCode::corrupt);
  const std::vector<std::byte> long_stream(70000);
  check_error(kXmpSection, payload(kMaxCompressedContents + 1, long_stream), ErrorCode::limit_exceeded);
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

TEST_CASE("sections of numbers hold values in their ranges and nothing else") {
  const auto numbers = [](std::initializer_list<uint64_t> values) {
    ByteWriter writer;
    for (const uint64_t value : values) writer.integer(value);
    return writer.take();
  };
  check_error(kPresentationSection, numbers({0, 1, 1, 0}), ErrorCode::corrupt);
  check_error(kPresentationSection, numbers({9, 1, 1, 0}), ErrorCode::corrupt);
  check_error(kPresentationSection, numbers({1, uint64_t{1} << 32, 1, 0}), ErrorCode::corrupt);
  check_error(kPresentationSection, numbers({1, 1, 1, 2}), ErrorCode::corrupt);
  check_error(kPresentationSection, numbers({1, 1, 1, 0, 0}), ErrorCode::corrupt);
  check_error(kPresentationSection, numbers({1, 1}), ErrorCode::corrupt);
  check_error(kColourSection, numbers({1, 13, 0, 2}), ErrorCode::corrupt);
  check_error(kColourSection, numbers({1, 13, 0}), ErrorCode::corrupt);
  check_error(kDisplaySection, numbers({1, 1, 1, 1, 1, 1, 1, 1, 1}), ErrorCode::corrupt);
  check_error(kDisplaySection, numbers({65536, 1, 1, 1, 1, 1, 1, 1, 1, 1}), ErrorCode::corrupt);
  check_error(kLightSection, numbers({1, 1, 1}), ErrorCode::corrupt);
}

}  // namespace
}  // namespace laq
