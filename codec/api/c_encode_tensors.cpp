// The C functions that write tensors.
#include <optional>

#include <laq/laq.h>
#include <laq/tensor.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_NOISE_MSE == static_cast<int>(laq::NoiseShape::mse));
static_assert(LAQ_NOISE_RELATIVE == static_cast<int>(laq::NoiseShape::relative));

laq_tensor_encode_options default_options() {
  const laq::TensorEncodeOptions defaults;
  laq_tensor_encode_options options = {};
  options.struct_size = sizeof options;
  options.target_kind = static_cast<int>(defaults.target.kind);
  options.noise_shape = static_cast<int>(defaults.shape);
  options.target = defaults.target.value;
  options.adaptive_quantization = defaults.adaptive_quantization ? 1 : 0;
  options.effort = defaults.effort;
  options.threads = defaults.threads;
  return options;
}

laq::Result<laq::TensorTarget> read_target(int kind, double value) {
  if (auto error = laq::check_range("target_kind", int64_t{kind}, LAQ_TENSOR_LOSSLESS, LAQ_TENSOR_MAX_ERROR))
    return *error;
  return laq::TensorTarget{static_cast<laq::TensorTargetKind>(kind), value};
}

laq::Result<laq::TensorView> read_tensor(const laq_tensor* tensor, const std::string& name) {
  laq_tensor given = {};
  if (const auto failure = read_struct(tensor, name.c_str(), given)) return *failure;
  if (given.name == nullptr) return is_null(name + ".name");
  if (auto error = laq::check_range((name + ".type").c_str(), int64_t{given.type}, LAQ_INT8, LAQ_BFLOAT16))
    return *error;
  if (auto error = laq::check_range((name + ".dimensions").c_str(), int64_t{given.dimensions}, 0, LAQ_MAX_DIMENSIONS))
    return *error;
  if (given.importance == nullptr && given.importance_count != 0) return is_null(name + ".importance");
  laq::TensorView view;
  view.name = given.name;
  view.type = static_cast<laq::ElementType>(given.type);
  view.shape.assign(given.shape, given.shape + given.dimensions);
  view.data = given.data;
  if (given.type_name != nullptr) view.type_name = given.type_name;
  if (given.has_target != 0) {
    const laq::Result<laq::TensorTarget> target = read_target(given.target_kind, given.target);
    if (!target) return target.error();
    view.target = *target;
  }
  view.importance = {given.importance, given.importance_count};
  return view;
}

// `attachments` must outlive the result.
laq::Result<laq::TensorEncodeOptions> request_of(const laq_tensor_encode_options& options,
                                                 const std::vector<laq::Attachment>& attachments) {
  const laq::Result<laq::TensorTarget> target = read_target(options.target_kind, options.target);
  if (!target) return target.error();
  if (auto error = laq::check_range("noise_shape", int64_t{options.noise_shape}, LAQ_NOISE_MSE, LAQ_NOISE_RELATIVE))
    return *error;
  laq::TensorEncodeOptions request;
  request.target = *target;
  request.shape = static_cast<laq::NoiseShape>(options.noise_shape);
  request.adaptive_quantization = options.adaptive_quantization != 0;
  request.effort = options.effort;
  request.threads = options.threads;
  request.progress = progress_of(options.progress, options.user);
  request.attachments = attachments;
  return request;
}

}  // namespace

void laq_tensor_encode_options_init(laq_tensor_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_options());
}

laq_status laq_encode_tensors(const laq_tensor* const* tensors, size_t count, const laq_tensor_encode_options* options,
                              laq_buffer* file, laq_error* error) noexcept {
  return make_file(file, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (tensors == nullptr && count != 0) return is_null("tensors");
    laq_tensor_encode_options chosen = default_options();
    if (const auto failure = read_options(options, chosen)) return *failure;
    const laq::Result<std::vector<laq::Attachment>> attachments =
        read_attachments(chosen.attachments, chosen.attachment_count, "options");
    if (!attachments) return attachments.error();
    const laq::Result<laq::TensorEncodeOptions> request = request_of(chosen, *attachments);
    if (!request) return request.error();
    std::vector<laq::TensorView> views;
    for (size_t i = 0; i < count; ++i) {
      laq::Result<laq::TensorView> view = read_tensor(tensors[i], "tensors[" + std::to_string(i) + "]");
      if (!view) return view.error();
      views.push_back(std::move(*view));
    }
    return laq::encode(views, *request);
  });
}
