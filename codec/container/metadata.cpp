#include "container/metadata.h"

#include <new>
#include <string>

#include <zlib.h>

#include "base/bytes.h"
#include "container/srgb_profile.h"

namespace laq {
namespace {

// The most that deflate can shrink anything: 258 bytes by two bits (zlib's technical notes, "Maximum Compression
// Factor").
constexpr uint64_t kMaxExpansion = 1032;

std::vector<std::byte> compress(std::span<const std::byte> contents) {
  std::vector<std::byte> stream(compressBound(static_cast<uLong>(contents.size())));
  uLongf size = static_cast<uLongf>(stream.size());
  // The only failure there can be, as the room is enough.
  if (compress2(reinterpret_cast<Bytef*>(stream.data()), &size, reinterpret_cast<const Bytef*>(contents.data()),
                static_cast<uLong>(contents.size()), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();
  }
  stream.resize(size);
  ByteWriter writer;
  writer.integer(contents.size());
  writer.append(stream);
  return writer.take();
}

Error damaged(const Section& section, const char* what) {
  return Error{ErrorCode::corrupt, describe(section.name) + ": " + what};
}

// Takes the length of the contents off `budget`.
Result<std::vector<std::byte>> decompress(const Section& section, uint64_t& budget) {
  ByteReader reader(section.bytes);
  const uint64_t length = reader.integer();
  const std::span<const std::byte> stream = reader.rest();
  if (reader.failed() || length == 0 || length / kMaxExpansion > stream.size())
    return damaged(section, "the length of its contents is impossible");
  if (length > kMaxMetadataBytes) {
    return Error{ErrorCode::limit_exceeded, describe(section.name) + ": holds " + std::to_string(length) +
                                                " bytes, more than the " + std::to_string(kMaxMetadataBytes) +
                                                " that it may"};
  }
  if (length > budget) {
    return Error{ErrorCode::limit_exceeded, describe(section.name) + ": holds " + std::to_string(length) +
                                                " bytes, more than the limit leaves (" + std::to_string(budget) + ")"};
  }
  budget -= length;
  std::vector<std::byte> contents(length);
  uLongf written = static_cast<uLongf>(length);
  uLong read = static_cast<uLong>(stream.size());
  const int status = uncompress2(reinterpret_cast<Bytef*>(contents.data()), &written,
                                 reinterpret_cast<const Bytef*>(stream.data()), &read);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK || written != length || read != stream.size())
    return damaged(section, "its contents cannot be decompressed");
  return contents;
}

}  // namespace

std::optional<Error> check(const Metadata& metadata) {
  const auto too_large = [](const char* field, size_t size) {
    return Error{ErrorCode::invalid_argument, std::string("metadata.") + field + " has " + std::to_string(size) +
                                                  " bytes, it may have " + std::to_string(kMaxMetadataBytes)};
  };
  if (metadata.icc.size() > kMaxMetadataBytes) return too_large("icc", metadata.icc.size());
  if (metadata.exif.size() > kMaxMetadataBytes) return too_large("exif", metadata.exif.size());
  if (metadata.xmp.size() > kMaxMetadataBytes) return too_large("xmp", metadata.xmp.size());
  if (metadata.orientation < 1 || metadata.orientation > 8) {
    return Error{ErrorCode::invalid_argument,
                 "metadata.orientation is " + std::to_string(metadata.orientation) + ", it must be 1 to 8"};
  }
  return std::nullopt;
}

std::vector<OwnedSection> write_metadata(const Metadata& metadata) {
  std::vector<OwnedSection> sections;
  const Metadata defaults;
  if (metadata.orientation != defaults.orientation || metadata.pixels_per_metre_x != 0 ||
      metadata.pixels_per_metre_y != 0) {
    ByteWriter writer;
    writer.byte(metadata.orientation);
    writer.integer(metadata.pixels_per_metre_x);
    writer.integer(metadata.pixels_per_metre_y);
    sections.push_back({kPresentationSection, writer.take()});
  }
  if (!metadata.icc.empty() && !is_srgb_profile(metadata.icc))
    sections.push_back({kIccSection, compress(metadata.icc)});
  if (!metadata.exif.empty()) sections.push_back({kExifSection, compress(metadata.exif)});
  if (!metadata.xmp.empty()) sections.push_back({kXmpSection, compress(metadata.xmp)});
  return sections;
}

Result<Metadata> read_metadata(std::span<const Section> sections, uint64_t max_bytes) {
  Metadata metadata;
  uint64_t budget = max_bytes;
  for (const Section& section : sections) {
    if (section.name == kPresentationSection) {
      ByteReader reader(section.bytes);
      metadata.orientation = reader.byte();
      metadata.pixels_per_metre_x = static_cast<uint32_t>(reader.integer(UINT32_MAX));
      metadata.pixels_per_metre_y = static_cast<uint32_t>(reader.integer(UINT32_MAX));
      if (reader.failed() || !reader.rest().empty() || metadata.orientation < 1 || metadata.orientation > 8)
        return damaged(section, "a value is out of its range");
      continue;
    }
    std::vector<std::byte>* const field = section.name == kIccSection    ? &metadata.icc
                                          : section.name == kExifSection ? &metadata.exif
                                          : section.name == kXmpSection  ? &metadata.xmp
                                                                         : nullptr;
    if (field == nullptr) continue;
    Result<std::vector<std::byte>> contents = decompress(section, budget);
    if (!contents) return contents.error();
    *field = std::move(*contents);
  }
  return metadata;
}

}  // namespace laq
