// The public functions for arrays: checks of everything that a caller gives, the section around the payload, and no
// exception beyond this file.
#include <cmath>
#include <cstdlib>
#include <string>

#include <laq/array.hpp>

#include "array/encoder.h"
#include "array/header.h"
#include "array/payload_decoder.h"
#include "base/checks.h"
#include "base/default_floating_point.h"
#include "base/without_exceptions.h"
#include "container/container.h"

namespace laq {
namespace {

std::optional<Error> check(const ArrayView& array) {
  if (array.type > ElementType::float64)
    return invalid("type is " + std::to_string(static_cast<int>(array.type)) + ", it must be 0 to 7");
  if (auto error = check_range("the number of sides", static_cast<int64_t>(array.shape.size()), 1, array::kMaxSides))
    return error;
  const uint64_t elements = array::element_count(array.shape);
  for (const uint64_t side : array.shape) {
    if (side > array::kMaxElements) return invalid("a side of the array has more than 2^40 elements");
  }
  if (elements > array::kMaxElements) return invalid("the array has more than 2^40 elements");
  if (array.data == nullptr && elements > 0) return invalid("data is null");
  if (!array.strides.empty() && array.strides.size() != array.shape.size()) {
    return invalid("strides has " + std::to_string(array.strides.size()) +
                   " values, it must have none or as many as shape (" + std::to_string(array.shape.size()) + ")");
  }
  return std::nullopt;
}

std::optional<Error> check(const ArrayTarget& target) {
  switch (target.kind) {
    case ArrayTargetKind::lossless:
      return std::nullopt;
    case ArrayTargetKind::max_error:
    case ArrayTargetKind::max_relative_error:
      return check_range("target.value", target.value, 0.0, std::numeric_limits<double>::max());
    case ArrayTargetKind::psnr:
    case ArrayTargetKind::snr:
      return check_range("target.value (decibels)", target.value, 0.0, 1000.0);
    case ArrayTargetKind::pointwise_relative:
      return check_range("target.value (share of each element)", target.value, std::numeric_limits<double>::min(),
                         1 - std::numeric_limits<double>::epsilon() / 2);
    case ArrayTargetKind::bits:
      return check_range("target.value (bits)", target.value, 1e-9, 1e9);
  }
  return invalid("target.kind is " + std::to_string(static_cast<int>(target.kind)) + ", it must be 0 to 6");
}

Result<Section> array_section(const std::vector<Section>& sections) {
  if (sections.back().name == kArraySection) return sections.back();
  return Error{ErrorCode::unsupported, "the file holds a picture, not an array (use decode)"};
}

Error in_array(const Error& error) {
  if (error.code != ErrorCode::corrupt && error.code != ErrorCode::truncated) return error;
  return Error{error.code, describe(kArraySection) + ": " + error.message};
}

// region: null for the whole array.
Result<Array> decode(std::span<const std::byte> file, const ArrayRegion* region, const DecodeOptions& options) {
  if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
  const Result<std::vector<Section>> sections =
      read_container(file, region == nullptr ? Verify::all : Verify::all_but_content);
  if (!sections) return sections.error();
  const Result<Section> section = array_section(*sections);
  if (!section) return section.error();
  const DefaultFloatingPoint environment;
  Result<Array> array = array::decode_payload(section->bytes, region, options);
  if (!array) return in_array(array.error());
  return array;
}

}  // namespace

Result<std::vector<std::byte>> encode(const ArrayView& array, const ArrayEncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (const auto error = check(array)) return *error;
    if (const auto error = check(options.target)) return *error;
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    if (const auto error = check_range("effort", int64_t{options.effort}, 1, 9)) return *error;
    if (options.chunk_elements != 0) {
      if (const auto error = check_range("chunk_elements (unless it is 0)", int64_t{options.chunk_elements},
                                         array::kMinChunkElements, array::kMaxChunkElements))
        return *error;
    }
    ArrayEncodeOptions guarded = options;
    if (options.progress) {
      guarded.progress = [&options](float done) {
        try {
          return options.progress(done);
        } catch (...) {
          return false;
        }
      };
    }
    const DefaultFloatingPoint environment;
    const Result<std::vector<std::byte>> payload = array::encode_array(array, guarded, container_bytes);
    if (!payload) return payload.error();
    const Section section{kArraySection, *payload};
    return write_container(std::span(&section, 1));
  });
}

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
    const Result<Section> section = array_section(*sections);
    if (!section) return section.error();
    ByteReader reader(section->bytes);
    const Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
    if (!header) return in_array(header.error());
    return header->info;
  });
}

bool holds_array(std::span<const std::byte> file) {
  const auto sections = without_exceptions([&] { return read_container(file, Verify::all_but_content); });
  return sections.ok() && sections->back().name == kArraySection;
}

}  // namespace laq
