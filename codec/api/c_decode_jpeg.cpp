// The C functions that read kept JPEG files.
#include <laq/laq.h>
#include <laq/jpeg.hpp>

#include "api/c_api.h"

using namespace laq::c_api;

laq_status laq_decode_jpeg(const void* data, size_t size, const laq_decode_options* options, laq_buffer* jpeg,
                           laq_error* error) noexcept {
  return make_file(jpeg, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (data == nullptr && size != 0) return is_null("data");
    const laq::Result<laq::DecodeOptions> request = read_decode_options(options);
    if (!request) return request.error();
    return laq::decode_jpeg(std::span(static_cast<const std::byte*>(data), size), *request);
  });
}

int laq_holds_jpeg(const void* data, size_t size) noexcept {
  if (data == nullptr) return 0;
  return laq::holds_jpeg(std::span(static_cast<const std::byte*>(data), size)) ? 1 : 0;
}
