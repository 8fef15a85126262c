// The public functions that read arrays.
#include <laq/array.hpp>

#include "array/array_codec.h"
#include "array/header.h"
#include "base/checks.h"
#include "base/default_floating_point.h"
#include "base/without_exceptions.h"
#include "container/container.h"

namespace laq {
namespace {

// region: null for the whole array.
Result<Array> decode(std::span<const std::byte> file, const ArrayRegion* region, const DecodeOptions& options) {
  if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
  const Result<std::vector<Section>> sections =
      read_container(file, region == nullptr ? Verify::all : Verify::all_but_content);
  if (!sections) return sections.error();
  const Result<std::span<const std::byte>> payload = content_of(*sections, kArraySection);
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
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const Result<std::span<const std::byte>> payload = content_of(*sections, kArraySection);
    if (!payload) return payload.error();
    ByteReader reader(*payload);
    const Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (!header) return in_section(kArraySection, header.error());
    return header->info;
  });
}

bool holds_array(std::span<const std::byte> file) {
  const auto sections = without_exceptions([&] { return read_container(file, Verify::all_but_content); });
  return sections.ok() && sections->back().name == kArraySection;
}

}  // namespace laq
