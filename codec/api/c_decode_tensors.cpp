// The C functions that read tensors.
#include <algorithm>
#include <memory>
#include <utility>

#include <laq/laq.h>
#include <laq/tensor.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_TENSOR_LOSSLESS == static_cast<int>(laq::TensorTargetKind::lossless));
static_assert(LAQ_TENSOR_BITS == static_cast<int>(laq::TensorTargetKind::bits));
static_assert(LAQ_TENSOR_SNR == static_cast<int>(laq::TensorTargetKind::snr));
static_assert(LAQ_TENSOR_MAX_ERROR == static_cast<int>(laq::TensorTargetKind::max_error));

// What the caller sees, a list of `Shown`, and behind it what that points to.
template <class List, class Shown, class Source>
struct Owned : List {
  using Visible = List;
  Source source;
  std::vector<Shown> shown;
  std::vector<const Shown*> pointers;
  std::vector<laq_attachment> attachment_list;
};
using OwnedTensors = Owned<laq_tensors, laq_tensor, laq::Tensors>;
using OwnedTensorsInfo = Owned<laq_tensors_info, laq_tensor_info, laq::TensorsInfo>;

// The fields that a tensor and what is told of it have in common. `in` must outlive the result.
template <class Shown, class Tensor>
Shown describe(const Tensor& in) {
  Shown out = {};
  out.struct_size = sizeof out;
  out.name = in.name.c_str();
  out.type = static_cast<int>(in.type);
  out.dimensions = static_cast<int>(in.shape.size());
  std::ranges::copy(in.shape, out.shape);
  out.type_name = in.type_name.c_str();
  return out;
}

laq_tensor show(const laq::Tensor& in) {
  laq_tensor out = describe<laq_tensor>(in);
  out.data = in.data.data();
  return out;
}

laq_tensor_info show(const laq::TensorInfo& in) {
  laq_tensor_info out = describe<laq_tensor_info>(in);
  out.target_kind = static_cast<int>(in.target.kind);
  out.target = in.target.value;
  out.bytes = in.bytes;
  out.power = in.power;
  out.mean_squared_error = in.mean_squared_error;
  out.max_error = in.max_error;
  out.uniform_bits = in.uniform_bits;
  return out;
}

template <class OwnedList, class Source>
std::unique_ptr<OwnedList> own(Source source) {
  auto owned = std::make_unique<OwnedList>();
  owned->source = std::move(source);
  for (const auto& tensor : owned->source.tensors) owned->shown.push_back(show(tensor));
  for (const auto& shown : owned->shown) owned->pointers.push_back(&shown);
  owned->attachment_list = view_attachments(owned->source.attachments);
  owned->struct_size = sizeof(typename OwnedList::Visible);
  owned->tensors = owned->pointers.data();
  owned->tensor_count = owned->pointers.size();
  owned->attachments = owned->attachment_list.data();
  owned->attachment_count = owned->attachment_list.size();
  return owned;
}

// decode: gives tensors by the options.
template <class Decode>
laq::Result<std::unique_ptr<OwnedTensors>> make_tensors(const laq_decode_options* options, Decode&& decode) {
  const laq::Result<laq::DecodeOptions> request = read_decode_options(options);
  if (!request) return request.error();
  laq::Result<laq::Tensors> decoded = decode(*request);
  if (!decoded) return decoded.error();
  return own<OwnedTensors>(std::move(*decoded));
}

}  // namespace

laq_status laq_decode_tensors(const void* data, size_t size, const laq_decode_options* options, laq_tensors** tensors,
                              laq_error* error) noexcept {
  return make_from_file(data, size, "tensors", tensors, error, [&](std::span<const std::byte> file) {
    return make_tensors(options, [&](const laq::DecodeOptions& request) { return laq::decode_tensors(file, request); });
  });
}

laq_status laq_decode_tensor(const void* data, size_t size, const char* name, const laq_decode_options* options,
                             laq_tensors** tensors, laq_error* error) noexcept {
  return make_from_file(data, size, "tensors", tensors, error, [&](std::span<const std::byte> file) {
    return make_tensors(options, [&](const laq::DecodeOptions& request) -> laq::Result<laq::Tensors> {
      if (name == nullptr) return is_null("name");
      laq::Result<laq::Tensor> tensor = laq::decode_tensor(file, name, request);
      if (!tensor) return tensor.error();
      laq::Tensors one;
      one.tensors.push_back(std::move(*tensor));
      return one;
    });
  });
}

laq_status laq_inspect_tensors(const void* data, size_t size, laq_tensors_info** info, laq_error* error) noexcept {
  using Made = laq::Result<std::unique_ptr<OwnedTensorsInfo>>;
  return make_from_file(data, size, "info", info, error, [&](std::span<const std::byte> file) -> Made {
    laq::Result<laq::TensorsInfo> inspected = laq::inspect_tensors(file);
    if (!inspected) return inspected.error();
    return own<OwnedTensorsInfo>(std::move(*inspected));
  });
}

int laq_holds_tensors(const void* data, size_t size) noexcept {
  return data != nullptr && laq::holds_tensors({static_cast<const std::byte*>(data), size}) ? 1 : 0;
}

void laq_tensors_free(laq_tensors* tensors) noexcept {
  delete static_cast<OwnedTensors*>(tensors);
}

void laq_tensors_info_free(laq_tensors_info* info) noexcept {
  delete static_cast<OwnedTensorsInfo*>(info);
}
