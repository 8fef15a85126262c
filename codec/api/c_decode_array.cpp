// The C functions that read arrays.
#include <algorithm>
#include <memory>
#include <utility>

#include <laq/laq.h>
#include <laq/array.hpp>

#include "api/c_array.h"

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
static_assert(LAQ_INT64 == static_cast<int>(laq::ElementType::int64));
static_assert(LAQ_UINT64 == static_cast<int>(laq::ElementType::uint64));
static_assert(LAQ_FLOAT16 == static_cast<int>(laq::ElementType::float16));
static_assert(LAQ_BFLOAT16 == static_cast<int>(laq::ElementType::bfloat16));
static_assert(LAQ_BFLOAT16 == static_cast<int>(laq::kLastElementType));

// What the caller sees, and behind it what that points to.
struct OwnedArray : laq_array {
  laq::Array array;
  std::vector<laq_attachment> attachment_list;
};
struct OwnedArrayInfo : laq_array_info {
  laq::ArrayInfo info;
  std::vector<laq_attachment> attachment_list;
};
using MadeArray = laq::Result<std::unique_ptr<OwnedArray>>;

// The fields that an array and what is told of it have in common. `attachments` must outlive `out`.
template <class Source, class Target>
void copy_description(const Source& in, const std::vector<laq_attachment>& attachments, Target& out) {
  out = {};
  out.struct_size = sizeof out;
  out.type = static_cast<int>(in.type);
  out.dimensions = static_cast<int>(in.shape.size());
  std::copy(in.shape.begin(), in.shape.end(), out.shape);
  out.sample_rate = in.signal.sample_rate;
  out.significant_bits = in.signal.significant_bits;
  out.attachments = attachments.data();
  out.attachment_count = attachments.size();
}

laq::Result<laq::ArrayOutput> read_output(const laq_array_output* output) {
  if (output == nullptr) return is_null("output");
  const int64_t dimensions = output->dimensions;
  if (auto failure = laq::check_range("output.type", int64_t{output->type}, LAQ_INT8, LAQ_BFLOAT16)) return *failure;
  if (auto failure = laq::check_range("output.dimensions", dimensions, 0, LAQ_MAX_DIMENSIONS)) return *failure;
  return laq::ArrayOutput{
      static_cast<laq::ElementType>(output->type), {output->shape, output->shape + dimensions}, output->data};
}

// decode: gives the array, or a region of it, by the options.
template <class Decode>
MadeArray make_array(const laq_decode_options* options, Decode&& decode) {
  const laq::Result<laq::DecodeOptions> request = read_decode_options(options);
  if (!request) return request.error();
  laq::Result<laq::Array> decoded = decode(*request);
  if (!decoded) return decoded.error();
  auto owned = std::make_unique<OwnedArray>();
  owned->array = std::move(*decoded);
  owned->attachment_list = view_attachments(owned->array.attachments);
  laq_array& out = *owned;
  copy_description(owned->array, owned->attachment_list, out);
  out.data = owned->array.data.data();
  return owned;
}

}  // namespace

laq_status laq_decode_array(const void* data, size_t size, const laq_decode_options* options, laq_array** array,
                            laq_error* error) noexcept {
  return make_from_file(data, size, "array", array, error, [&](std::span<const std::byte> file) {
    return make_array(options, [&](const laq::DecodeOptions& request) { return laq::decode_array(file, request); });
  });
}

laq_status laq_decode_array_region(const void* data, size_t size, const laq_array_region* region,
                                   const laq_decode_options* options, laq_array** array, laq_error* error) noexcept {
  return make_from_file(data, size, "array", array, error, [&](std::span<const std::byte> file) -> MadeArray {
    if (region == nullptr) return is_null("region");
    const laq::Result<laq::ArrayRegion> wanted = read_region(*region);
    if (!wanted) return wanted.error();
    return make_array(
        options, [&](const laq::DecodeOptions& request) { return laq::decode_array_region(file, *wanted, request); });
  });
}

laq_status laq_decode_array_level(const void* data, size_t size, int level, const laq_decode_options* options,
                                  laq_array** array, laq_error* error) noexcept {
  return make_from_file(data, size, "array", array, error, [&](std::span<const std::byte> file) {
    return make_array(options,
                      [&](const laq::DecodeOptions& request) { return laq::decode_array_level(file, level, request); });
  });
}

laq_status laq_decode_array_into(const void* data, size_t size, const laq_array_region* region,
                                 const laq_decode_options* options, const laq_array_output* output,
                                 laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (data == nullptr && size != 0) return is_null("data");
    const laq::Result<laq::DecodeOptions> request = read_decode_options(options);
    if (!request) return request.error();
    const laq::Result<laq::ArrayRegion> wanted = region != nullptr ? read_region(*region) : laq::ArrayRegion{};
    if (!wanted) return wanted.error();
    const laq::Result<laq::ArrayOutput> memory = read_output(output);
    if (!memory) return memory.error();
    return laq::decode_array_into({static_cast<const std::byte*>(data), size}, *memory,
                                  region != nullptr ? &*wanted : nullptr, *request);
  });
}

laq_status laq_inspect_array(const void* data, size_t size, laq_array_info** info, laq_error* error) noexcept {
  using Made = laq::Result<std::unique_ptr<OwnedArrayInfo>>;
  return make_from_file(data, size, "info", info, error, [&](std::span<const std::byte> file) -> Made {
    laq::Result<laq::ArrayInfo> inspected = laq::inspect_array(file);
    if (!inspected) return inspected.error();
    auto owned = std::make_unique<OwnedArrayInfo>();
    owned->info = std::move(*inspected);
    owned->attachment_list = view_attachments(owned->info.attachments);
    laq_array_info& out = *owned;
    copy_description(owned->info, owned->attachment_list, out);
    out.target_kind = static_cast<int>(owned->info.target.kind);
    out.target = owned->info.target.value;
    out.max_error = owned->info.max_error;
    out.mean_squared_error = owned->info.mean_squared_error;
    out.non_finite = owned->info.non_finite;
    out.least_bound = owned->info.least_bound;
    out.greatest_bound = owned->info.greatest_bound;
    out.chunks = owned->info.chunks;
    out.chunk_dimensions = static_cast<int>(owned->info.chunk_shape.size());
    std::ranges::copy(owned->info.chunk_shape, out.chunk_shape);
    return owned;
  });
}

int laq_holds_array(const void* data, size_t size) noexcept {
  return data != nullptr && laq::holds_array({static_cast<const std::byte*>(data), size}) ? 1 : 0;
}

void laq_array_free(laq_array* array) noexcept {
  delete static_cast<OwnedArray*>(array);
}

void laq_array_info_free(laq_array_info* info) noexcept {
  delete static_cast<OwnedArrayInfo*>(info);
}
