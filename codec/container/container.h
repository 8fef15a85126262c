// Container: the file around a picture, an array or tensors, cut into named sections with checksums. The specification
// is docs/format.md.
//
//   file    = "LAQ" format section*          format: one byte
//   section = name length bytes checksum     name: 4 bytes; length: LEB128; checksum: CRC-32 of name and bytes
//
// The content (section PICT, PICL, ARRY, TNSR or JPEG: a coded picture, a picture with a bound, an array, tensors, a
// JPEG file) comes last, so that what a viewer must know first comes first and a file that is cut off anywhere is
// recognized. A name that starts with a lower-case letter may be skipped by a reader that does not know it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <laq/laq.hpp>

namespace laq {

// Format numbers: 1..0x7f are frozen, 0x80 + n is draft n, which only the versions that write it can read.
inline constexpr uint8_t kFormat = 0x90;
inline constexpr size_t kMaxSections = 64;

using SectionName = std::array<char, 4>;

inline constexpr SectionName kPictureSection = {'P', 'I', 'C', 'T'};
inline constexpr SectionName kLosslessSection = {'P', 'I', 'C', 'L'};
inline constexpr SectionName kFloatSection = {'P', 'I', 'C', 'F'};
inline constexpr SectionName kArraySection = {'A', 'R', 'R', 'Y'};
inline constexpr SectionName kTensorSection = {'T', 'N', 'S', 'R'};
inline constexpr SectionName kIccSection = {'I', 'C', 'C', 'P'};
inline constexpr SectionName kExifSection = {'E', 'X', 'I', 'F'};
inline constexpr SectionName kXmpSection = {'X', 'M', 'P', '_'};
inline constexpr SectionName kPresentationSection = {'M', 'E', 'T', 'A'};
inline constexpr SectionName kColourSection = {'C', 'I', 'C', 'P'};
inline constexpr SectionName kDisplaySection = {'M', 'D', 'C', 'V'};
inline constexpr SectionName kLightSection = {'C', 'L', 'L', 'I'};
inline constexpr SectionName kJpegSection = {'J', 'P', 'E', 'G'};
inline constexpr SectionName kPreviewSection = {'P', 'R', 'V', 'W'};

struct Section {
  SectionName name;
  std::span<const std::byte> bytes;  // not owned
};

// The bytes of a file of these sections and a last one of so many bytes.
size_t container_bytes(std::span<const Section> sections, size_t last_bytes);

// The file of these sections, in this order. May throw std::bad_alloc.
std::vector<std::byte> write_container(std::span<const Section> sections);

// The bytes of a file of these sections before a content of so many bytes, which is written piece by piece. They are
// equally many for every length of the content. May throw std::bad_alloc.
std::vector<std::byte> container_head(std::span<const Section> sections, const SectionName& content,
                                      uint64_t content_bytes);

// The checksum of a section.
uint32_t section_checksum(const SectionName& name, std::span<const std::byte> bytes);

// The checksums that are verified. That of the content cannot be if only a part of the section is going to be read, or
// if the file may be cut off within it: then the content is what is there of it.
enum class Verify : uint8_t { all, all_but_content, all_but_cut_content };

// The sections of a file, within its bytes, in their order. The checksums have been verified, no name occurs twice,
// the content is there and the last one, and every other name is known or skippable. Errors: not_laq, unsupported,
// truncated, corrupt.
Result<std::vector<Section>> read_container(std::span<const std::byte> file, Verify verify = Verify::all);

// The bytes of the content, if its section has this name; unsupported if the file holds something else. sections:
// from read_container().
Result<std::span<const std::byte>> content_of(const std::vector<Section>& sections, const SectionName& name);

// Whether the file has a content of this name. Reads headers only. May throw std::bad_alloc.
bool has_content(std::span<const std::byte> file, const SectionName& name);

// An error that was found in the bytes of a section, with the section in its message if the bytes are to blame.
Error in_section(const SectionName& name, const Error& error);

// Whether the name is one that a reader may skip: that of an attachment.
bool is_attachment(const SectionName& name);

// The name for messages: "section ICCP"; bytes that are not ASCII letters, digits or '_' show as '?'.
std::string describe(const SectionName& name);

}  // namespace laq
