// The public functions that write arrays: they check everything that a caller gives.
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <laq/array.hpp>

#include "array/append.h"
#include "array/array_codec.h"
#include "array/header.h"
#include "base/bytes.h"
#include "base/checks.h"
#include "base/element.h"
#include "base/without_exceptions.h"
#include "container/checksum.h"
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

std::optional<Error> check_parts(const ArrayView& array, const ArrayEncodeOptions& options) {
  constexpr int64_t kMostParts = 1 << 16;
  const ArrayTargetKind kind = options.target.kind;
  if (options.parts.empty()) return std::nullopt;
  if (kind != ArrayTargetKind::max_error && kind != ArrayTargetKind::max_relative_error &&
      kind != ArrayTargetKind::pointwise_relative) {
    return invalid(
        "options.parts have bounds, and the target has none (let it be max_error, max_relative_error or "
        "pointwise_relative)");
  }
  if (auto error =
          check_range("options.parts (their number)", static_cast<int64_t>(options.parts.size()), 0, kMostParts))
    return error;
  for (const ArrayPartBound& part : options.parts) {
    if (auto error = array::check_region(part.part, array.shape))
      return Error{error->code, "options.parts: " + error->message};
    if (auto error = check({kind, part.value})) return Error{error->code, "options.parts: " + error->message};
  }
  return std::nullopt;
}

std::optional<Error> check(const ArrayView& array, const ArrayEncodeOptions& options) {
  if (auto error = check(array)) return error;
  if (auto error = check(options.target)) return error;
  if (auto error = check_parts(array, options)) return error;
  if (auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return error;
  if (auto error = check_range("effort", int64_t{options.effort}, 1, 9)) return error;
  if (options.chunk_elements == 0) return std::nullopt;
  return check_range("chunk_elements (unless it is 0)", int64_t{options.chunk_elements}, array::kMinChunkElements,
                     array::kMaxChunkElements);
}

ArrayEncodeOptions guarded(const ArrayEncodeOptions& options) {
  ArrayEncodeOptions result = options;
  result.progress = cancel_on_exception(options.progress);
  return result;
}

std::vector<Section> views_of(const std::vector<OwnedSection>& attachments) {
  std::vector<Section> sections;
  for (const OwnedSection& section : attachments) sections.push_back(section.view());
  return sections;
}

// A LAQ file of an array that has grown, in pieces: the sections before the array are copied as they are.
struct GrownFile {
  std::vector<std::byte> head;  // of the container
  array::AppendedPayload payload;
  std::vector<std::byte> end;

  uint64_t bytes() const { return head.size() + payload.bytes() + end.size(); }

  // Calls put(bytes) for each piece in their order until it returns false; returns what it returned last.
  template <class Put>
  bool give(Put&& put) const {
    return put(head) && put(payload.head) && put(payload.chunks) && put(payload.new_chunks) && put(end);
  }
};

Result<GrownFile> grow(std::span<const std::byte> file, const ArrayView& more, const ArrayEncodeOptions& given) {
  ArrayEncodeOptions options = given;
  options.target = {};  // that of the file counts
  options.parts = {};
  if (const auto error = check(more, options)) return *error;
  const Result<std::vector<Section>> sections = read_container(file);
  if (!sections) return sections.error();
  const Result<std::span<const std::byte>> content = content_of(*sections, kArraySection);
  if (!content) return content.error();
  ByteReader reader(*content);
  const Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
  if (!header) return header.error();
  if (check(header->info.target)) return Error{ErrorCode::corrupt, "the file has a target that no encoder takes"};
  const DefaultFloatingPoint environment;
  Result<array::AppendedPayload> payload = array::append_array(
      *content, more, guarded(given),
      [](size_t payload_bytes) { return container_bytes(std::span<const Section>(), payload_bytes); });
  if (!payload) return payload.error();
  GrownFile grown;
  grown.payload = std::move(*payload);
  grown.head = container_head(std::span(*sections).first(sections->size() - 1), kArraySection, grown.payload.bytes());
  uint32_t sum = section_checksum(kArraySection, grown.payload.head);
  sum = checksum(grown.payload.chunks, sum);
  ByteWriter end;
  end.fixed32(checksum(grown.payload.new_chunks, sum));
  grown.end = end.take();
  return grown;
}

}  // namespace

Result<std::vector<std::byte>> encode(const ArrayView& array, const ArrayEncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (const auto error = check(array, options)) return *error;
    const DefaultFloatingPoint environment;
    const std::vector<OwnedSection> attachments = write_attachments(array.attachments);
    std::vector<Section> sections = views_of(attachments);
    const Result<std::vector<std::byte>> payload = array::encode_array(
        array, guarded(options), [&](size_t payload_bytes) { return container_bytes(sections, payload_bytes); });
    if (!payload) return payload.error();
    sections.push_back({kArraySection, *payload});
    return write_container(sections);
  });
}

Result<uint64_t> encode_to(const PutBytes& put, const ArrayView& array, const ArrayEncodeOptions& options) {
  return without_exceptions([&]() -> Result<uint64_t> {
    if (const auto error = check(array, options)) return *error;
    if (!put) return invalid("put is empty");
    const DefaultFloatingPoint environment;
    const std::vector<OwnedSection> attachments = write_attachments(array.attachments);
    const std::vector<Section> sections = views_of(attachments);
    constexpr size_t kChecksumBytes = 4;
    const size_t before = container_head(sections, kArraySection, 0).size();
    const auto guarded_put = cancel_on_exception(put);

    // The payload comes in the order of its bytes, but for those at its beginning, which come last.
    uint32_t of_chunks = 0, of_head = 0;
    uint64_t head_bytes = 0;
    const auto put_payload = [&](uint64_t offset, std::span<const std::byte> bytes) {
      if (offset > 0) {
        of_chunks = checksum(bytes, of_chunks);
      } else {
        of_head = section_checksum(kArraySection, bytes);
        head_bytes = bytes.size();
      }
      return guarded_put(before + offset, bytes);
    };
    const Result<uint64_t> payload_bytes =
        array::encode_array_to(put_payload, array, guarded(options),
                               [&](size_t payload_bytes) { return before + payload_bytes + kChecksumBytes; });
    if (!payload_bytes) return payload_bytes.error();
    ByteWriter end;
    end.fixed32(joined_checksum(of_head, of_chunks, *payload_bytes - head_bytes));
    if (!guarded_put(before + *payload_bytes, end.take()) ||
        !guarded_put(0, container_head(sections, kArraySection, *payload_bytes)))
      return Error{ErrorCode::cancelled, "cancelled by the caller"};
    return before + *payload_bytes + kChecksumBytes;
  });
}

Result<std::vector<std::byte>> append(std::span<const std::byte> file, const ArrayView& more,
                                      const ArrayEncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    const Result<GrownFile> grown = grow(file, more, options);
    if (!grown) return grown.error();
    std::vector<std::byte> bytes;
    bytes.reserve(grown->bytes());
    grown->give([&](std::span<const std::byte> piece) {
      bytes.insert(bytes.end(), piece.begin(), piece.end());
      return true;
    });
    return bytes;
  });
}

Result<uint64_t> append_to(const PutBytes& put, std::span<const std::byte> file, const ArrayView& more,
                           const ArrayEncodeOptions& options) {
  return without_exceptions([&]() -> Result<uint64_t> {
    if (!put) return invalid("put is empty");
    const Result<GrownFile> grown = grow(file, more, options);
    if (!grown) return grown.error();
    const auto guarded_put = cancel_on_exception(put);
    uint64_t place = 0;
    const bool is_put = grown->give([&](std::span<const std::byte> piece) {
      return piece.empty() || guarded_put(std::exchange(place, place + piece.size()), piece);
    });
    if (!is_put) return Error{ErrorCode::cancelled, "cancelled by the caller"};
    return grown->bytes();
  });
}

}  // namespace laq
