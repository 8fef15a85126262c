// The C functions that write pictures.
#include <string>

#include <laq/laq.h>
#include <laq/laq.hpp>

#include "api/c_api.h"
#include "api/c_given_picture.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_TARGET_NONE == static_cast<int>(laq::TargetKind::none));
static_assert(LAQ_TARGET_BUTTERAUGLI == static_cast<int>(laq::TargetKind::butteraugli));

laq_encode_options default_encode_options() {
  const laq::EncodeOptions defaults;
  laq_encode_options options = {};
  options.struct_size = sizeof options;
  options.quality = defaults.quality;
  options.effort = defaults.effort;
  options.threads = defaults.threads;
  options.tune = static_cast<int>(defaults.tune);
  options.adaptive_quantization = defaults.adaptive_quantization;
  options.target_kind = static_cast<int>(defaults.target.kind);
  options.target = defaults.target.value;
  options.max_pixels = defaults.max_pixels;
  return options;
}

// Checks what the smaller types of the C++ API would cut; it checks the rest.
std::optional<laq::Error> check(const laq_encode_options& options) {
  if (options.tune != LAQ_TUNE_PERCEPTUAL && options.tune != LAQ_TUNE_PSNR) {
    return laq::invalid("tune is " + std::to_string(options.tune) + ", it must be 0 (perceptual) or 1 (psnr)");
  }
  if (options.target_kind < LAQ_TARGET_NONE || options.target_kind > LAQ_TARGET_BUTTERAUGLI) {
    return laq::invalid("target_kind is " + std::to_string(options.target_kind) + ", it must be a laq_target_kind");
  }
  return std::nullopt;
}

laq::EncodeOptions request_of(const laq_encode_options& options) {
  laq::EncodeOptions request;
  request.quality = options.quality;
  request.effort = options.effort;
  request.threads = options.threads;
  request.tune = static_cast<laq::Tune>(options.tune);
  request.adaptive_quantization = options.adaptive_quantization != 0;
  request.target = {static_cast<laq::TargetKind>(options.target_kind), options.target};
  request.max_pixels = options.max_pixels;
  if (options.progress != nullptr) {
    request.progress = [call = options.progress, user = options.user](float done) { return call(done, user) != 0; };
  }
  return request;
}

}  // namespace

void laq_encode_options_init(laq_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_encode_options());
}

laq_status laq_encode(const laq_picture* picture, const laq_encode_options* options, laq_buffer* file,
                      laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (file == nullptr) return is_null("file");
    *file = {nullptr, 0};
    GivenPicture given;
    if (auto failure = given.read(picture, "picture")) return failure;
    laq_encode_options chosen = default_encode_options();
    if (auto failure = read_options(options, chosen)) return failure;
    if (auto failure = check(chosen)) return failure;
    return give_file(laq::encode(given.view(), request_of(chosen)), file);
  });
}
