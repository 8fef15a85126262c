#include "container/metadata.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "container/compressed.h"
#include "container/srgb_profile.h"

namespace laq {
namespace {

Error damaged(const Section& section, const char* what) {
  return Error{ErrorCode::corrupt, describe(section.name) + ": " + what};
}

Error too_large(const std::string& what, size_t size) {
  return Error{ErrorCode::invalid_argument,
               what + " has " + std::to_string(size) + " bytes, it may have " + std::to_string(kMaxCompressedContents)};
}

// The name has been checked.
SectionName name_of(const Attachment& attachment) {
  SectionName name = {};
  std::copy_n(attachment.name.begin(), std::min(attachment.name.size(), name.size()), name.begin());
  return name;
}

std::vector<std::byte> write_presentation(const Metadata& metadata) {
  ByteWriter writer;
  writer.byte(metadata.orientation);
  writer.integer(metadata.pixels_per_metre_x);
  writer.integer(metadata.pixels_per_metre_y);
  writer.byte(metadata.is_only_aspect);
  return writer.take();
}

std::vector<std::byte> write_code_points(const CodePoints& points) {
  ByteWriter writer;
  for (const uint8_t point : {points.primaries, points.transfer, points.matrix}) writer.byte(point);
  writer.byte(points.is_full_range);
  return writer.take();
}

std::vector<std::byte> write_display(const MasteringDisplay& display) {
  ByteWriter writer;
  for (const uint16_t chromaticity : display.chromaticities) writer.integer(chromaticity);
  writer.integer(display.max_luminance);
  writer.integer(display.min_luminance);
  return writer.take();
}

std::vector<std::byte> write_light(const ContentLight& light) {
  ByteWriter writer;
  writer.integer(light.max_pixel);
  writer.integer(light.max_frame_average);
  return writer.take();
}

uint32_t read_word(ByteReader& reader) {
  return static_cast<uint32_t>(reader.integer(UINT32_MAX));
}

// Reads the numbers of a section; false if one is out of its range.
using NumberReader = bool (*)(ByteReader& reader, Metadata& metadata);

bool read_presentation(ByteReader& reader, Metadata& metadata) {
  metadata.orientation = reader.byte();
  metadata.pixels_per_metre_x = read_word(reader);
  metadata.pixels_per_metre_y = read_word(reader);
  const uint8_t is_only_aspect = reader.byte();
  metadata.is_only_aspect = is_only_aspect != 0;
  return metadata.orientation >= 1 && metadata.orientation <= 8 && is_only_aspect <= 1;
}

bool read_code_points(ByteReader& reader, Metadata& metadata) {
  CodePoints& points = metadata.code_points.emplace();
  for (uint8_t* const point : {&points.primaries, &points.transfer, &points.matrix}) *point = reader.byte();
  const uint8_t is_full_range = reader.byte();
  points.is_full_range = is_full_range != 0;
  return is_full_range <= 1;
}

bool read_display(ByteReader& reader, Metadata& metadata) {
  MasteringDisplay& display = metadata.mastering_display.emplace();
  for (uint16_t& chromaticity : display.chromaticities)
    chromaticity = static_cast<uint16_t>(reader.integer(UINT16_MAX));
  display.max_luminance = read_word(reader);
  display.min_luminance = read_word(reader);
  return true;
}

bool read_light(ByteReader& reader, Metadata& metadata) {
  ContentLight& light = metadata.content_light.emplace();
  light.max_pixel = read_word(reader);
  light.max_frame_average = read_word(reader);
  return true;
}

// Null if the section does not consist of numbers.
NumberReader reader_of_numbers(const SectionName& name) {
  return name == kPresentationSection ? read_presentation
         : name == kColourSection     ? read_code_points
         : name == kDisplaySection    ? read_display
         : name == kLightSection      ? read_light
                                      : nullptr;
}

}  // namespace

std::optional<Error> check_attachments(std::span<const Attachment> attachments) {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::invalid_argument, what}; };
  if (attachments.size() > kMaxAttachments)
    return wrong("there are " + std::to_string(attachments.size()) + " attachments, at most " +
                 std::to_string(kMaxAttachments) + " may be");
  for (const Attachment& attachment : attachments) {
    const auto first = std::ranges::find(attachments, attachment.name, &Attachment::name);
    if (attachment.name.size() != 4 || !is_attachment(name_of(attachment)))
      return wrong("the name of an attachment is not a small letter and three letters, digits or '_'");
    if (&*first != &attachment) return wrong("there are two attachments with the name " + attachment.name);
    if (attachment.bytes.empty()) return wrong("the attachment " + attachment.name + " is empty");
    if (attachment.bytes.size() > kMaxCompressedContents)
      return too_large("the attachment " + attachment.name, attachment.bytes.size());
  }
  return std::nullopt;
}

std::optional<Error> check(const Metadata& metadata) {
  if (metadata.icc.size() > kMaxCompressedContents) return too_large("metadata.icc", metadata.icc.size());
  if (metadata.exif.size() > kMaxCompressedContents) return too_large("metadata.exif", metadata.exif.size());
  if (metadata.xmp.size() > kMaxCompressedContents) return too_large("metadata.xmp", metadata.xmp.size());
  if (metadata.orientation < 1 || metadata.orientation > 8) {
    return Error{ErrorCode::invalid_argument,
                 "metadata.orientation is " + std::to_string(metadata.orientation) + ", it must be 1 to 8"};
  }
  return check_attachments(metadata.attachments);
}

std::vector<OwnedSection> write_attachments(std::span<const Attachment> attachments) {
  std::vector<OwnedSection> sections;
  for (const Attachment& attachment : attachments)
    sections.push_back({name_of(attachment), compress(attachment.bytes)});
  return sections;
}

std::vector<OwnedSection> write_metadata(const Metadata& metadata) {
  std::vector<OwnedSection> sections;
  if (metadata.orientation != 1 || metadata.pixels_per_metre_x != 0 || metadata.pixels_per_metre_y != 0)
    sections.push_back({kPresentationSection, write_presentation(metadata)});
  if (metadata.code_points) sections.push_back({kColourSection, write_code_points(*metadata.code_points)});
  if (metadata.mastering_display) sections.push_back({kDisplaySection, write_display(*metadata.mastering_display)});
  if (metadata.content_light) sections.push_back({kLightSection, write_light(*metadata.content_light)});
  if (!metadata.icc.empty() && !is_srgb_profile(metadata.icc))
    sections.push_back({kIccSection, compress(metadata.icc)});
  if (!metadata.exif.empty()) sections.push_back({kExifSection, compress(metadata.exif)});
  if (!metadata.xmp.empty()) sections.push_back({kXmpSection, compress(metadata.xmp)});
  for (OwnedSection& section : write_attachments(metadata.attachments)) sections.push_back(std::move(section));
  return sections;
}

Result<Metadata> read_metadata(std::span<const Section> sections, uint64_t max_bytes) {
  Metadata metadata;
  uint64_t budget = max_bytes;
  for (const Section& section : sections) {
    if (const NumberReader read = reader_of_numbers(section.name)) {
      ByteReader bytes(section.bytes);
      if (!read(bytes, metadata) || bytes.failed() || !bytes.rest().empty())
        return damaged(section, "a value is out of its range");
      continue;
    }
    std::vector<std::byte>* const field = section.name == kIccSection    ? &metadata.icc
                                          : section.name == kExifSection ? &metadata.exif
                                          : section.name == kXmpSection  ? &metadata.xmp
                                                                         : nullptr;
    if (field == nullptr) continue;
    Result<std::vector<std::byte>> contents = decompress(section.bytes, describe(section.name), budget);
    if (!contents) return contents.error();
    *field = std::move(*contents);
  }
  Result<std::vector<Attachment>> attachments = read_attachments(sections, budget);
  if (!attachments) return attachments.error();
  metadata.attachments = std::move(*attachments);
  return metadata;
}

Result<std::vector<Attachment>> read_attachments(std::span<const Section> sections, uint64_t max_bytes) {
  std::vector<Attachment> attachments;
  for (const Section& section : sections) {
    if (!is_attachment(section.name)) continue;
    if (attachments.size() == kMaxAttachments) return damaged(section, "there are too many attachments");
    Result<std::vector<std::byte>> contents = decompress(section.bytes, describe(section.name), max_bytes);
    if (!contents) return contents.error();
    attachments.push_back({{section.name.begin(), section.name.end()}, std::move(*contents)});
  }
  return attachments;
}

Result<AttachedContent> read_attached(std::span<const std::byte> file, const SectionName& name, Verify verify,
                                      uint64_t max_bytes) {
  const Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  const Result<std::span<const std::byte>> content = content_of(*sections, name);
  if (!content) return content.error();
  Result<std::vector<Attachment>> attachments = read_attachments(*sections, max_bytes);
  if (!attachments) return attachments.error();
  return AttachedContent{*content, std::move(*attachments)};
}

uint64_t bytes_of(std::span<const Attachment> attachments) {
  uint64_t bytes = 0;
  for (const Attachment& attachment : attachments) bytes += attachment.bytes.size();
  return bytes;
}

uint64_t bytes_of(const Metadata& metadata) {
  return metadata.icc.size() + metadata.exif.size() + metadata.xmp.size() + bytes_of(metadata.attachments);
}

}  // namespace laq
