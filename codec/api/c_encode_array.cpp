// The C functions that write arrays.
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>

#include <laq/laq.h>
#include <laq/array.hpp>

#include "api/c_array.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_ARRAY_LOSSLESS == static_cast<int>(laq::ArrayTargetKind::lossless));
static_assert(LAQ_ARRAY_MAX_ERROR == static_cast<int>(laq::ArrayTargetKind::max_error));
static_assert(LAQ_ARRAY_MAX_RELATIVE_ERROR == static_cast<int>(laq::ArrayTargetKind::max_relative_error));
static_assert(LAQ_ARRAY_PSNR == static_cast<int>(laq::ArrayTargetKind::psnr));
static_assert(LAQ_ARRAY_SNR == static_cast<int>(laq::ArrayTargetKind::snr));
static_assert(LAQ_ARRAY_BITS == static_cast<int>(laq::ArrayTargetKind::bits));
static_assert(LAQ_ARRAY_POINTWISE_RELATIVE == static_cast<int>(laq::ArrayTargetKind::pointwise_relative));

laq_array_encode_options default_options() {
  const laq::ArrayEncodeOptions defaults;
  laq_array_encode_options options = {};
  options.struct_size = sizeof options;
  options.target_kind = static_cast<int>(defaults.target.kind);
  options.target = defaults.target.value;
  options.threads = defaults.threads;
  options.chunk_elements = defaults.chunk_elements;
  options.effort = defaults.effort;
  return options;
}

// Checks what the smaller types of the C++ API would cut; it checks the rest.
std::optional<laq::Error> check(const laq_array& array, const laq_array_encode_options& options) {
  if (auto error = laq::check_range("array.type", int64_t{array.type}, LAQ_INT8, LAQ_BFLOAT16)) return error;
  if (auto error = laq::check_range("array.dimensions", int64_t{array.dimensions}, 0, LAQ_MAX_DIMENSIONS)) return error;
  if (auto error = laq::check_range("array.significant_bits", int64_t{array.significant_bits}, 0, 255)) return error;
  if (options.parts == nullptr && options.part_count > 0) return is_null("parts");
  return laq::check_range("target_kind", int64_t{options.target_kind}, 0, 255);
}

// array: passes check(). `attachments` must outlive the result.
laq::ArrayView view_array(const laq_array& array, const std::vector<laq::Attachment>& attachments) {
  laq::ArrayView view;
  view.type = static_cast<laq::ElementType>(array.type);
  view.shape.assign(array.shape, array.shape + array.dimensions);
  view.data = array.data;
  if (array.strides != nullptr) view.strides.assign(array.strides, array.strides + array.dimensions);
  view.signal = {array.sample_rate, static_cast<uint8_t>(array.significant_bits)};
  view.attachments = attachments;
  return view;
}

// options: pass check().
laq::Result<laq::ArrayEncodeOptions> request_of(const laq_array_encode_options& options) {
  laq::ArrayEncodeOptions request;
  request.target = {static_cast<laq::ArrayTargetKind>(options.target_kind), options.target};
  request.threads = options.threads;
  request.chunk_elements = options.chunk_elements;
  request.effort = options.effort;
  request.progress = progress_of(options.progress, options.user);
  request.pool = pool_of(options.run_tasks, options.user);
  for (const laq_array_part_bound& bound : std::span(options.parts, options.part_count)) {
    const laq::Result<laq::ArrayRegion> part = read_region(bound.part);
    if (!part) return part.error();
    request.parts.push_back({*part, bound.value});
  }
  return request;
}

// encode(view, options) with what a caller gave, if that can be read.
template <class Encode>
std::invoke_result_t<Encode, const laq::ArrayView&, const laq::ArrayEncodeOptions&> with_arguments(
    const laq_array* array, const laq_array_encode_options* options, Encode&& encode) {
  laq_array given = {};
  if (const auto failure = read_struct(array, "array", given)) return *failure;
  laq_array_encode_options chosen = default_options();
  if (const auto failure = read_options(options, chosen)) return *failure;
  if (const auto failure = check(given, chosen)) return *failure;
  const laq::Result<std::vector<laq::Attachment>> attachments =
      read_attachments(given.attachments, given.attachment_count, "array");
  if (!attachments) return attachments.error();
  const laq::Result<laq::ArrayEncodeOptions> request = request_of(chosen);
  if (!request) return request.error();
  return encode(view_array(given, *attachments), *request);
}

// encode(put, view, options) with what a caller gave, if that can be read; gives it the bytes of the file.
template <class Encode>
laq_status put_file(const laq_array* array, const laq_array_encode_options* options, laq_put_bytes put, void* user,
                    uint64_t* file_size, laq_error* error, Encode&& encode) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (file_size != nullptr) *file_size = 0;
    if (put == nullptr) return is_null("put");
    const laq::PutBytes put_bytes = [&](uint64_t offset, std::span<const std::byte> bytes) {
      return put(user, offset, bytes.data(), bytes.size()) != 0;
    };
    const laq::Result<uint64_t> size =
        with_arguments(array, options, [&](const laq::ArrayView& view, const laq::ArrayEncodeOptions& request) {
          return encode(put_bytes, view, request);
        });
    if (!size) return size.error();
    if (file_size != nullptr) *file_size = *size;
    return std::nullopt;
  });
}

}  // namespace

void laq_array_encode_options_init(laq_array_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_options());
}

laq_status laq_encode_array(const laq_array* array, const laq_array_encode_options* options, laq_buffer* file,
                            laq_error* error) noexcept {
  return make_file(file, error, [&] {
    return with_arguments(array, options, [](const laq::ArrayView& view, const laq::ArrayEncodeOptions& request) {
      return laq::encode(view, request);
    });
  });
}

laq_status laq_encode_array_to(const laq_array* array, const laq_array_encode_options* options, laq_put_bytes put,
                               void* user, uint64_t* file_size, laq_error* error) noexcept {
  return put_file(array, options, put, user, file_size, error,
                  [](const laq::PutBytes& put_bytes, const laq::ArrayView& view,
                     const laq::ArrayEncodeOptions& request) { return laq::encode_to(put_bytes, view, request); });
}

laq_status laq_append_array(const void* data, size_t size, const laq_array* more,
                            const laq_array_encode_options* options, laq_buffer* file, laq_error* error) noexcept {
  return make_file(file, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (data == nullptr && size != 0) return is_null("data");
    return with_arguments(more, options, [&](const laq::ArrayView& view, const laq::ArrayEncodeOptions& request) {
      return laq::append({static_cast<const std::byte*>(data), size}, view, request);
    });
  });
}

laq_status laq_append_array_to(const void* data, size_t size, const laq_array* more,
                               const laq_array_encode_options* options, laq_put_bytes put, void* user,
                               uint64_t* file_size, laq_error* error) noexcept {
  return put_file(more, options, put, user, file_size, error,
                  [&](const laq::PutBytes& put_bytes, const laq::ArrayView& view,
                      const laq::ArrayEncodeOptions& request) -> laq::Result<uint64_t> {
                    if (data == nullptr && size != 0) return is_null("data");
                    return laq::append_to(put_bytes, {static_cast<const std::byte*>(data), size}, view, request);
                  });
}
