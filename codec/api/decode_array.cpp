// The public functions that read arrays.
#include <laq/array.hpp>
#include <laq/inspect.hpp>

#include "array/array_codec.h"
#include "array/header.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"

namespace laq {
namespace {

// The sections of the file. Takes the memory of attachments off `rest`. Where only a region is decoded, the checksum of
// the array is not verified unless its chunks have none.
Result<AttachedContent> read_parts(std::span<const std::byte> file, const ArrayRegion* region, DecodeOptions& rest) {
  if (const auto error = check_range("threads", int64_t{rest.threads}, 0, kMaxThreads)) return *error;
  Result<AttachedContent> parts =
      read_attached(file, kArraySection, region == nullptr ? Verify::all : Verify::all_but_content, rest.max_bytes);
  if (parts && region != nullptr) {
    ByteReader reader(parts->content);
    const Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (header && !array::has_chunk_checksums(header->chunks()))
      parts = read_attached(file, kArraySection, Verify::all, rest.max_bytes);
  }
  if (parts) rest.max_bytes -= bytes_of(parts->attachments);
  return parts;
}

// region: null for the whole array.
Result<Array> decode(std::span<const std::byte> file, const ArrayRegion* region, const DecodeOptions& options) {
  DecodeOptions rest = options;
  Result<AttachedContent> parts = read_parts(file, region, rest);
  if (!parts) return parts.error();
  rest.progress = cancel_on_exception(options.progress);
  const DefaultFloatingPoint environment;
  Result<Array> array = array::decode_array(parts->content, region, rest);
  if (!array) return in_section(kArraySection, array.error());
  array->attachments = std::move(parts->attachments);
  return array;
}

}  // namespace

Result<Array> decode_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&] { return decode(file, nullptr, options); });
}

Result<Array> decode_array_region(std::span<const std::byte> file, const ArrayRegion& region,
                                  const DecodeOptions& options) {
  return without_exceptions([&] { return decode(file, &region, options); });
}

Result<Array> decode_array_level(std::span<const std::byte> file, int level, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<Array> {
    constexpr int64_t kMostLevel = 40;  // of the largest side, one element is left
    if (const auto error = check_range("level", int64_t{level}, 0, kMostLevel)) return *error;
    const ArrayRegion part;  // verified like one: by the checksums of chunks
    DecodeOptions rest = options;
    Result<AttachedContent> parts = read_parts(file, &part, rest);
    if (!parts) return parts.error();
    rest.progress = cancel_on_exception(options.progress);
    const DefaultFloatingPoint environment;
    Result<Array> array = array::decode_array_level(parts->content, level, rest);
    if (!array) return in_section(kArraySection, array.error());
    array->attachments = std::move(parts->attachments);
    return array;
  });
}

std::optional<Error> decode_array_into(std::span<const std::byte> file, const ArrayOutput& output,
                                       const ArrayRegion* region, const DecodeOptions& options) {
  return without_exceptions([&]() -> std::optional<Error> {
    DecodeOptions rest = options;
    const Result<AttachedContent> parts = read_parts(file, region, rest);
    if (!parts) return parts.error();
    rest.progress = cancel_on_exception(options.progress);
    const DefaultFloatingPoint environment;
    const std::optional<Error> failure = array::decode_array_into(parts->content, region, output, rest);
    if (failure) return in_section(kArraySection, *failure);
    return std::nullopt;
  });
}

Result<ArrayInfo> inspect_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<ArrayInfo> {
    Result<AttachedContent> parts = read_attached(file, kArraySection, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    ByteReader reader(parts->content);
    Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (!header) return in_section(kArraySection, header.error());
    header->info.attachments = std::move(parts->attachments);
    return header->info;
  });
}

Result<ArrayTrace> trace_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<ArrayTrace> {
    Result<AttachedContent> parts = read_attached(file, kArraySection, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    DecodeOptions rest = options;
    rest.max_bytes -= bytes_of(parts->attachments);
    const DefaultFloatingPoint environment;
    Result<ArrayTrace> trace = array::trace_array(parts->content, rest);
    if (!trace) return in_section(kArraySection, trace.error());
    trace->info.attachments = std::move(parts->attachments);
    return trace;
  });
}

bool holds_array(std::span<const std::byte> file) {
  const Result<bool> holds = without_exceptions([&]() -> Result<bool> { return has_content(file, kArraySection); });
  return holds && *holds;
}

}  // namespace laq
