#include "container/container.h"

#include <algorithm>

#include "base/bytes.h"
#include "container/checksum.h"

namespace laq {
namespace {

constexpr std::array<std::byte, 3> kMagic = {std::byte{'L'}, std::byte{'A'}, std::byte{'Q'}};
constexpr std::array kKnownSections = {kIccSection,      kExifSection,    kXmpSection,   kPresentationSection,
                                       kColourSection,   kDisplaySection, kLightSection, kPictureSection,
                                       kArraySection,    kTensorSection,  kJpegSection,  kPreviewSection,
                                       kLosslessSection, kFloatSection};

bool is_name_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// What a file may hold, and the function that reads it.
struct Content {
  SectionName name;
  const char* what;
  const char* reader;
};
constexpr Content kContents[] = {
    {kPictureSection, "a picture", "decode"},      {kArraySection, "an array", "decode_array"},
    {kTensorSection, "tensors", "decode_tensors"}, {kJpegSection, "a JPEG file", "decode_jpeg"},
    {kLosslessSection, "a picture", "decode"},     {kFloatSection, "a picture", "decode"}};

const Content* find_content(const SectionName& name) {
  const auto* const found = std::ranges::find(kContents, name, &Content::name);
  return found == std::end(kContents) ? nullptr : found;
}
bool is_content(const SectionName& name) {
  return find_content(name) != nullptr;
}

std::string format_name(uint8_t format) {
  const std::string number = std::to_string(format);
  return format & 0x80 ? number + " (draft " + std::to_string(format & 0x7f) + ")" : number;
}

Error truncated(const std::string& what) {
  return Error{ErrorCode::truncated, what + " (the file is cut off: copy it again from its source)"};
}

Error corrupt(const std::string& what) {
  return Error{ErrorCode::corrupt, what + " (the file is damaged: copy it again from its source)"};
}

Result<Section> read_section(ByteReader& reader, Verify verify) {
  Section section;
  const std::span<const std::byte> name = reader.take(section.name.size());
  if (reader.failed()) return truncated("the file ends within the name of a section");
  std::transform(name.begin(), name.end(), section.name.begin(), [](std::byte b) { return static_cast<char>(b); });
  if (!std::all_of(section.name.begin(), section.name.end(), is_name_letter))
    return corrupt(describe(section.name) + ": the name has characters that no name has");

  const bool length_is_whole = std::any_of(reader.rest().begin(), reader.rest().end(),
                                           [](std::byte b) { return std::to_integer<int>(b) < 0x80; });
  const uint64_t length = reader.integer();
  if (reader.failed()) {
    return length_is_whole ? corrupt(describe(section.name) + ": the length is wrong")
                           : truncated(describe(section.name) + ": the file ends within the length");
  }
  const uint64_t available = reader.rest().size();
  if (verify == Verify::all_but_cut_content && is_content(section.name) && length + 4 > available) {
    section.bytes = reader.take(std::min(length, available));
    reader.take(reader.rest().size());  // what there is of the checksum
    return section;
  }
  section.bytes = reader.take(length);
  const std::span<const std::byte> stored = reader.take(4);
  if (reader.failed()) {
    return truncated(describe(section.name) + ": has " + std::to_string(length) + " bytes and a checksum of 4, but " +
                     std::to_string(available) + " are left in the file");
  }
  if (verify == Verify::all_but_content && is_content(section.name)) return section;
  uint32_t expected = 0;
  for (int i = 0; i < 4; ++i) expected |= std::to_integer<uint32_t>(stored[i]) << (8 * i);
  if (section_checksum(section.name, section.bytes) != expected)
    return corrupt(describe(section.name) + ": checksum is wrong");
  return section;
}

void write_sections(std::span<const Section> sections, ByteWriter& writer) {
  writer.append(kMagic);
  writer.byte(kFormat);
  for (const Section& section : sections) {
    writer.append(std::as_bytes(std::span(section.name)));
    writer.integer(section.bytes.size());
    writer.append(section.bytes);
    writer.fixed32(section_checksum(section.name, section.bytes));
  }
}

}  // namespace

std::string describe(const SectionName& name) {
  std::string text = "section ";
  for (const char c : name) text += is_name_letter(c) ? c : '?';
  return text;
}

bool is_attachment(const SectionName& name) {
  return name[0] >= 'a' && name[0] <= 'z' && std::all_of(name.begin(), name.end(), is_name_letter);
}

size_t container_bytes(std::span<const Section> sections, size_t last_bytes) {
  constexpr size_t kFormatBytes = 1, kNameBytes = 4, kChecksumBytes = 4;
  const auto section_bytes = [](size_t bytes) {
    ByteWriter length;
    length.integer(bytes);
    return kNameBytes + length.take().size() + bytes + kChecksumBytes;
  };
  size_t bytes = kMagic.size() + kFormatBytes + section_bytes(last_bytes);
  for (const Section& section : sections) bytes += section_bytes(section.bytes.size());
  return bytes;
}

uint32_t section_checksum(const SectionName& name, std::span<const std::byte> bytes) {
  return checksum(bytes, checksum(std::as_bytes(std::span(name))));
}

std::vector<std::byte> write_container(std::span<const Section> sections) {
  ByteWriter writer;
  if (!sections.empty())
    writer.reserve(container_bytes(sections.first(sections.size() - 1), sections.back().bytes.size()));
  write_sections(sections, writer);
  return writer.take();
}

std::vector<std::byte> container_head(std::span<const Section> sections, const SectionName& content,
                                      uint64_t content_bytes) {
  constexpr int kLengthBytes = 8;  // 2^56 - 1
  ByteWriter writer;
  write_sections(sections, writer);
  writer.append(std::as_bytes(std::span(content)));
  writer.padded_integer(content_bytes, kLengthBytes);
  return writer.take();
}

Result<std::vector<Section>> read_container(std::span<const std::byte> file, Verify verify) {
  if (file.empty()) return Error{ErrorCode::not_laq, "the file is empty"};
  const size_t compared = std::min(file.size(), kMagic.size());
  if (!std::equal(file.begin(), file.begin() + static_cast<ptrdiff_t>(compared), kMagic.begin()))
    return Error{ErrorCode::not_laq, "not a LAQ file: it does not begin with the letters LAQ"};
  if (file.size() <= kMagic.size()) return truncated("the file ends within its signature");
  ByteReader reader(file.subspan(kMagic.size()));
  if (const uint8_t format = reader.byte(); format != kFormat) {
    return Error{ErrorCode::unsupported, "the file has format " + format_name(format) + ", this version of laq reads " +
                                             format_name(kFormat) + " only"};
  }

  std::vector<Section> sections;
  while (sections.empty() || !is_content(sections.back().name)) {
    if (reader.rest().empty()) {
      return truncated("the file ends before its content, which is " + describe(kPictureSection) + ", " +
                       describe(kArraySection) + ", " + describe(kTensorSection) + " or " + describe(kJpegSection));
    }
    const Result<Section> section = read_section(reader, verify);
    if (!section) return section.error();
    const SectionName& name = section->name;
    if (!is_attachment(name) && std::find(kKnownSections.begin(), kKnownSections.end(), name) == kKnownSections.end()) {
      return Error{ErrorCode::unsupported,
                   describe(name) + ": not known to this version of laq, and not one to skip (use a newer version)"};
    }
    if (std::any_of(sections.begin(), sections.end(), [&](const Section& s) { return s.name == name; }))
      return Error{ErrorCode::corrupt, describe(name) + ": occurs twice"};
    if (sections.size() == kMaxSections)
      return Error{ErrorCode::corrupt, "the file has more than " + std::to_string(kMaxSections) + " sections"};
    sections.push_back(*section);
  }
  if (!reader.rest().empty()) {
    return Error{ErrorCode::corrupt, std::to_string(reader.rest().size()) + " bytes follow " +
                                         describe(sections.back().name) + ", which must be the last"};
  }
  return sections;
}

Result<std::span<const std::byte>> content_of(const std::vector<Section>& sections, const SectionName& name) {
  const Section& content = sections.back();
  if (content.name == name) return content.bytes;
  const Content &held = *find_content(content.name), &wanted = *find_content(name);
  return Error{ErrorCode::unsupported,
               std::string("the file holds ") + held.what + ", not " + wanted.what + " (use " + held.reader + ")"};
}

bool has_content(std::span<const std::byte> file, const SectionName& name) {
  const Result<std::vector<Section>> sections = read_container(file, Verify::all_but_content);
  return sections && sections->back().name == name;
}

Error in_section(const SectionName& name, const Error& error) {
  if (error.code != ErrorCode::corrupt && error.code != ErrorCode::truncated) return error;
  return Error{error.code, describe(name) + ": " + error.message};
}

}  // namespace laq
