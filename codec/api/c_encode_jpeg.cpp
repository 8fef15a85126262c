// The C function that keeps JPEG files.
#include <laq/laq.h>
#include <laq/jpeg.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

laq_jpeg_encode_options default_options() {
  const laq::JpegEncodeOptions defaults;
  return {sizeof(laq_jpeg_encode_options), defaults.threads, defaults.max_pixels, defaults.max_bytes};
}

}  // namespace

void laq_jpeg_encode_options_init(laq_jpeg_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_options());
}

laq_status laq_encode_jpeg(const void* data, size_t size, const laq_jpeg_encode_options* options, laq_buffer* file,
                           laq_error* error) noexcept {
  return make_file(file, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (data == nullptr && size != 0) return is_null("data");
    laq_jpeg_encode_options request = default_options();
    if (const auto failure = read_options(options, request)) return *failure;
    return laq::encode_jpeg(std::span(static_cast<const std::byte*>(data), size),
                            {request.threads, request.max_pixels, request.max_bytes});
  });
}
