// The C API of arrays over the C++ one.
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <laq/laq.h>
#include <laq/array.hpp>

#include "api/c_api.h"
#include "base/checks.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_INT8 == static_cast<int>(laq::ElementType::int8));
static_assert(LAQ_UINT8 == static_cast<int>(laq::ElementType::uint8));
static_assert(LAQ_INT16 == static_cast<int>(laq::ElementType::int16));
static_assert(LAQ_UINT16 == static_cast<int>(laq::ElementType::uint16));
static_assert(LAQ_INT32 == static_cast<int>(laq::ElementType::int32));
static_assert(LAQ_UINT32 == static_cast<int>(laq::ElementType::uint32));
static_assert(LAQ_FLOAT32 == static_cast<int>(laq::ElementType::float32));
static_assert(LAQ_FLOAT64 == static_cast<int>(laq::ElementType::float64));
static_assert(LAQ_ARRAY_LOSSLESS == static_cast<int>(laq::ArrayTargetKind::lossless));
static_assert(LAQ_ARRAY_MAX_ERROR == static_cast<int>(laq::ArrayTargetKind::max_error));
static_assert(LAQ_ARRAY_MAX_RELATIVE_ERROR == static_cast<int>(laq::ArrayTargetKind::max_relative_error));
static_assert(LAQ_ARRAY_PSNR == static_cast<int>(laq::ArrayTargetKind::psnr));
static_assert(LAQ_ARRAY_SNR == static_cast<int>(laq::ArrayTargetKind::snr));
static_assert(LAQ_ARRAY_BITS == static_cast<int>(laq::ArrayTargetKind::bits));
static_assert(LAQ_ARRAY_POINTWISE_RELATIVE == static_cast<int>(laq::ArrayTargetKind::pointwise_relative));

// What the caller sees, and behind it what that points to.
struct OwnedArray : laq_array {
  laq::Array array;
};

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

// What the smaller types of the C++ API would cut; it checks the rest.
std::optional<laq::Error> check(const laq_array& array, const laq_array_encode_options& options) {
  if (auto error = laq::check_range("array.type", int64_t{array.type}, LAQ_INT8, LAQ_FLOAT64)) return error;
  if (auto error = laq::check_range("array.dimensions", int64_t{array.dimensions}, 1, LAQ_MAX_DIMENSIONS)) return error;
  if (auto error = laq::check_range("array.significant_bits", int64_t{array.significant_bits}, 0, 255)) return error;
  return laq::check_range("target_kind", int64_t{options.target_kind}, 0, 255);
}

// array: passes check().
laq::ArrayView view_array(const laq_array& array) {
  laq::ArrayView view;
  view.type = static_cast<laq::ElementType>(array.type);
  view.shape.assign(array.shape, array.shape + array.dimensions);
  view.data = array.data;
  if (array.strides != nullptr) view.strides.assign(array.strides, array.strides + array.dimensions);
  view.signal = {array.sample_rate, static_cast<uint8_t>(array.significant_bits)};
  return view;
}

// The fields that an array and what is told of it have in common.
template <class Source, class Target>
void copy_description(const Source& in, Target& out) {
  out.struct_size = sizeof out;
  out.type = static_cast<int>(in.type);
  out.dimensions = static_cast<int>(in.shape.size());
  std::copy(in.shape.begin(), in.shape.end(), out.shape);
  out.sample_rate = in.signal.sample_rate;
  out.significant_bits = in.signal.significant_bits;
}

// Of the array, or of a region of it. Nothing is null but options, and data of no size.
template <class Decode>
laq_status decode_with(Decode&& decode, const laq_decode_options* options, laq_array** array, laq_error* error) {
  laq::DecodeOptions request;
  if (!read_decode_options(options, request, error)) return LAQ_INVALID_ARGUMENT;
  laq::Result<laq::Array> decoded = decode(request);
  if (!decoded) return report(decoded.error(), error);
  auto owned = std::make_unique<OwnedArray>();
  owned->array = std::move(*decoded);
  laq_array& out = *owned;
  out = {};
  copy_description(owned->array, out);
  out.data = owned->array.data.data();
  *array = owned.release();
  return succeed(error);
}

}  // namespace

void laq_array_encode_options_init(laq_array_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_options());
}

laq_status laq_encode_array(const laq_array* array, const laq_array_encode_options* options, laq_buffer* file,
                            laq_error* error) noexcept {
  return guarded(error, [&] {
    if (file == nullptr) return reject_null("file", error);
    *file = {nullptr, 0};
    if (array == nullptr) return reject_null("array", error);
    laq_array given = {};
    if (!read_struct(array, "array", given, error)) return LAQ_INVALID_ARGUMENT;
    laq_array_encode_options chosen = default_options();
    if (options != nullptr && !read_struct(options, "options", chosen, error)) return LAQ_INVALID_ARGUMENT;
    if (const auto failure = check(given, chosen)) return report(*failure, error);
    laq::ArrayEncodeOptions request;
    request.target = {static_cast<laq::ArrayTargetKind>(chosen.target_kind), chosen.target};
    request.threads = chosen.threads;
    request.chunk_elements = chosen.chunk_elements;
    request.effort = chosen.effort;
    if (chosen.progress != nullptr)
      request.progress = [&chosen](float done) { return chosen.progress(done, chosen.user) != 0; };
    const laq::Result<std::vector<std::byte>> encoded = laq::encode(view_array(given), request);
    if (!encoded) return report(encoded.error(), error);
    *file = to_buffer(*encoded);
    return succeed(error);
  });
}

laq_status laq_decode_array(const void* data, size_t size, const laq_decode_options* options, laq_array** array,
                            laq_error* error) noexcept {
  return guarded(error, [&] {
    if (array == nullptr) return reject_null("array", error);
    *array = nullptr;
    if (data == nullptr && size != 0) return reject_null("data", error);
    return decode_with(
        [&](const laq::DecodeOptions& request) { return laq::decode_array(file_bytes(data, size), request); }, options,
        array, error);
  });
}

laq_status laq_decode_array_region(const void* data, size_t size, const laq_array_region* region,
                                   const laq_decode_options* options, laq_array** array, laq_error* error) noexcept {
  return guarded(error, [&] {
    if (array == nullptr) return reject_null("array", error);
    *array = nullptr;
    if (data == nullptr && size != 0) return reject_null("data", error);
    if (region == nullptr) return reject_null("region", error);
    const int64_t dimensions = region->dimensions;
    if (const auto failure = laq::check_range("region.dimensions", dimensions, 1, LAQ_MAX_DIMENSIONS))
      return report(*failure, error);
    const laq::ArrayRegion wanted{{region->begin, region->begin + dimensions},
                                  {region->size, region->size + dimensions}};
    return decode_with(
        [&](const laq::DecodeOptions& request) {
          return laq::decode_array_region(file_bytes(data, size), wanted, request);
        },
        options, array, error);
  });
}

laq_status laq_inspect_array(const void* data, size_t size, laq_array_info** info, laq_error* error) noexcept {
  return guarded(error, [&] {
    if (info == nullptr) return reject_null("info", error);
    *info = nullptr;
    if (data == nullptr && size != 0) return reject_null("data", error);
    const laq::Result<laq::ArrayInfo> inspected = laq::inspect_array(file_bytes(data, size));
    if (!inspected) return report(inspected.error(), error);
    auto out = std::make_unique<laq_array_info>();
    copy_description(*inspected, *out);
    out->target_kind = static_cast<int>(inspected->target.kind);
    out->target = inspected->target.value;
    out->max_error = inspected->max_error;
    out->mean_squared_error = inspected->mean_squared_error;
    out->chunks = inspected->chunks;
    std::copy(inspected->chunk_shape.begin(), inspected->chunk_shape.end(), out->chunk_shape);
    *info = out.release();
    return succeed(error);
  });
}

int laq_holds_array(const void* data, size_t size) noexcept {
  return data != nullptr && laq::holds_array(file_bytes(data, size)) ? 1 : 0;
}

void laq_array_free(laq_array* array) noexcept {
  delete static_cast<OwnedArray*>(array);
}

void laq_array_info_free(laq_array_info* info) noexcept {
  delete info;
}
