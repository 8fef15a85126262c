// The public function that writes arrays: it checks everything that a caller gives.
#include <limits>
#include <optional>
#include <string>

#include <laq/array.hpp>

#include "array/array_codec.h"
#include "array/header.h"
#include "base/checks.h"
#include "base/element.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"

namespace laq {
namespace {

std::optional<Error> check(const ArrayView& array) {
  if (array.type > kLastElementType) {
    return invalid("type is " + std::to_string(static_cast<int>(array.type)) + ", it must be 0 to " +
                   std::to_string(static_cast<int>(kLastElementType)));
  }
  if (auto error =
          check_range("the number of sides", static_cast<int64_t>(array.shape.size()), 0, array::kMaxDimensions))
    return error;
  if (is_wide_integer(array.type) && array.signal.significant_bits % 64 != 0)
    return invalid("signal.significant_bits is for integers of up to 32 bits (let it be 0)");
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
  return check_attachments(array.attachments);
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
    guarded.progress = cancel_on_exception(options.progress);
    const DefaultFloatingPoint environment;
    const std::vector<OwnedSection> attachments = write_attachments(array.attachments);
    std::vector<Section> sections;
    for (const OwnedSection& section : attachments) sections.push_back(section.view());
    const Result<std::vector<std::byte>> payload = array::encode_array(
        array, guarded, [&](size_t payload_bytes) { return container_bytes(sections, payload_bytes); });
    if (!payload) return payload.error();
    sections.push_back({kArraySection, *payload});
    return write_container(sections);
  });
}

}  // namespace laq
