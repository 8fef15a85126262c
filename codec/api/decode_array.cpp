// The public functions that read arrays.
#include <laq/array.hpp>
#include <laq/inspect.hpp>

#include "array/array_codec.h"
#include "array/header.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"

namespace laq {
namespace {

Result<std::span<const std::byte>> payload_of(std::span<const std::byte> file, Verify verify) {
  const Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  return content_of(*sections, kArraySection);
}

// region: null for the whole array.
Result<Array> decode(std::span<const std::byte> file, const ArrayRegion* region, const DecodeOptions& options) {
  if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
  const auto payload = payload_of(file, region == nullptr ? Verify::all : Verify::all_but_content);
  if (!payload) return payload.error();
  const DefaultFloatingPoint environment;
  Result<Array> array = array::decode_array(*payload, region, options);
  if (!array) return in_section(kArraySection, array.error());
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

Result<ArrayInfo> inspect_array(std::span<const std::byte> file) {
  return without_exceptions([&]() -> Result<ArrayInfo> {
    const auto payload = payload_of(file, Verify::all);
    if (!payload) return payload.error();
    ByteReader reader(*payload);
    const Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (!header) return in_section(kArraySection, header.error());
    return header->info;
  });
}

Result<ArrayTrace> trace_array(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<ArrayTrace> {
    const auto payload = payload_of(file, Verify::all);
    if (!payload) return payload.error();
    const DefaultFloatingPoint environment;
    Result<ArrayTrace> trace = array::trace_array(*payload, options);
    if (!trace) return in_section(kArraySection, trace.error());
    return trace;
  });
}

bool holds_array(std::span<const std::byte> file) {
  return without_exceptions([&] { return payload_of(file, Verify::all_but_content); }).ok();
}

}  // namespace laq
