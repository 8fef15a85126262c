// Metadata: what travels with a picture, to the payloads of its sections and back.
//
//   ICCP, EXIF, XMP_: length of the contents (LEB128), then the contents as a zlib stream
//   META:             orientation (one byte, 1..8), pixels per metre across and down (LEB128, 0: unknown)
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

inline constexpr uint64_t kMaxMetadataBytes = uint64_t{64} << 20;  // of each kind, before compression

// A section that owns its payload.
struct OwnedSection {
  SectionName name;
  std::vector<std::byte> bytes;

  Section view() const { return {name, bytes}; }
};

// What is wrong with metadata from a caller, or nothing: contents above kMaxMetadataBytes, an orientation that is none.
std::optional<Error> check(const Metadata& metadata);

// `metadata` has been checked. May throw std::bad_alloc.
std::vector<OwnedSection> write_metadata(const Metadata& metadata);

// Contents above max_bytes in sum are refused (limit_exceeded) before they are allocated, as are lengths that no zlib
// stream of that size can have (corrupt). May throw std::bad_alloc.
Result<Metadata> read_metadata(std::span<const Section> sections, uint64_t max_bytes);

}  // namespace laq
