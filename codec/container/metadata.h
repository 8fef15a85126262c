// Metadata: what travels with a picture, to the payloads of its sections and back.
//
//   ICCP, EXIF, XMP_, attachments: length of the contents (LEB128), then the contents as a zlib stream
//   META:  orientation (one byte, 1..8), pixels per metre across and down (LEB128, 0: unknown), whether these are only
//          a ratio (one byte, 0 or 1)
//   CICP:  primaries, transfer, matrix, full range (0 or 1); one byte each, as in the chunk of PNG
//   MDCV:  x and y of red, green, blue and white, greatest and least luminance (LEB128)
//   CLLI:  greatest luminance of a pixel, and of the picture on average (LEB128)
//
// Empty contents, an ICC profile that only says sRGB, and a META of defaults have no section.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "container/container.h"

namespace laq {

inline constexpr size_t kMaxAttachments = 32;

// A section that owns its payload.
struct OwnedSection {
  SectionName name;
  std::vector<std::byte> bytes;

  Section view() const { return {name, bytes}; }
};

// What is wrong with metadata from a caller, or nothing: contents above kMaxCompressedContents, an orientation that is
// none, names of attachments.
std::optional<Error> check(const Metadata& metadata);
std::optional<Error> check_attachments(std::span<const Attachment> attachments);

// `metadata` has been checked. May throw std::bad_alloc.
std::vector<OwnedSection> write_metadata(const Metadata& metadata);
std::vector<OwnedSection> write_attachments(std::span<const Attachment> attachments);

// Contents above max_bytes in sum are refused (limit_exceeded) before they are allocated, as are lengths that no zlib
// stream of that size can have (corrupt). May throw std::bad_alloc.
Result<Metadata> read_metadata(std::span<const Section> sections, uint64_t max_bytes);
Result<std::vector<Attachment>> read_attachments(std::span<const Section> sections, uint64_t max_bytes);

// What a file of this content holds for a decoder that looks at attachments only: the bytes of the content, and them.
// Errors: those of read_container(), content_of() and read_attachments().
struct AttachedContent {
  std::span<const std::byte> content;  // within the file
  std::vector<Attachment> attachments;
};
Result<AttachedContent> read_attached(std::span<const std::byte> file, const SectionName& name, Verify verify,
                                      uint64_t max_bytes);

// The memory that the contents take.
uint64_t bytes_of(std::span<const Attachment> attachments);
uint64_t bytes_of(const Metadata& metadata);

}  // namespace laq
