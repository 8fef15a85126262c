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

// A file of an array, taken apart.
struct Parts {
  std::span<const std::byte> payload;
  std::vector<Attachment> attachments;
};

Result<Parts> parts_of(std::span<const std::byte> file, Verify verify, uint64_t max_bytes) {
  const Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  const Result<std::span<const std::byte>> payload = content_of(*sections, kArraySection);
  if (!payload) return payload.error();
  Result<std::vector<Attachment>> attachments = read_attachments(*sections, max_bytes);
  if (!attachments) return attachments.error();
  return Parts{*payload, std::move(*attachments)};
}

// region: null for the whole array.
Result<Array> decode(std::span<const std::byte> file, const ArrayRegion* region, const DecodeOptions& options) {
  if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
  Result<Parts> parts = parts_of(file, region == nullptr ? Verify::all : Verify::all_but_content, options.max_bytes);
  if (!parts) return parts.error();
  DecodeOptions rest = options;
  rest.max_bytes -= bytes_of(parts->attachments);
  const DefaultFloatingPoint environment;
  Result<Array> array = array::decode_array(parts->payload, region, rest);
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

Result<ArrayInfo> inspect_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<ArrayInfo> {
    Result<Parts> parts = parts_of(file, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    ByteReader reader(parts->payload);
    Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (!header) return in_section(kArraySection, header.error());
    header->info.attachments = std::move(parts->attachments);
    return header->info;
  });
}

Result<ArrayTrace> trace_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<ArrayTrace> {
    Result<Parts> parts = parts_of(file, Verify::all, options.max_bytes);
    if (!parts) return parts.error();
    DecodeOptions rest = options;
    rest.max_bytes -= bytes_of(parts->attachments);
    const DefaultFloatingPoint environment;
    Result<ArrayTrace> trace = array::trace_array(parts->payload, rest);
    if (!trace) return in_section(kArraySection, trace.error());
    trace->info.attachments = std::move(parts->attachments);
    return trace;
  });
}

bool holds_array(std::span<const std::byte> file) {
  return without_exceptions([&]() -> Result<std::span<const std::byte>> {
           const Result<std::vector<Section>> sections = read_container(file, Verify::all_but_content);
           if (!sections) return sections.error();
           return content_of(*sections, kArraySection);
         })
      .ok();
}

}  // namespace laq
