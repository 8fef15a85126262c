// The C functions that read pictures in parts.
#include <algorithm>
#include <utility>

#include <laq/laq.h>
#include <laq/partial.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_SAMPLES_FLOAT32 == static_cast<int>(laq::PixelBuffer::Type::float32));
static_assert(LAQ_SAMPLES_FLOAT16 == static_cast<int>(laq::PixelBuffer::Type::float16));

laq_part_options default_part_options() {
  return {sizeof(laq_part_options), 0, 0, 0, 0, 1, 0};
}

laq::Result<laq::PartOptions> read_part_options(const laq_part_options* part, const laq_decode_options* options,
                                                CallersMemory& memory) {
  laq_part_options chosen = default_part_options();
  if (const auto failure = read_options(part, chosen)) return *failure;
  laq::PartOptions request;
  if (chosen.x != 0 || chosen.y != 0 || chosen.width != 0 || chosen.height != 0)
    request.region = laq::PictureRegion{chosen.x, chosen.y, chosen.width, chosen.height};
  request.reduction = chosen.reduction;
  request.allow_partial = chosen.allow_partial != 0;
  laq::Result<laq::DecodeOptions> decode = read_decode_options(options, &memory);
  if (!decode) return decode.error();
  request.decode = std::move(*decode);
  return request;
}

laq_part_info view_info(const laq::PartInfo& info) {
  return {info.width,         info.height,     info.channels,
          info.depth,         info.is_preview, static_cast<int>(info.sample_format),
          info.missing.size()};
}

laq::Result<laq::PixelBuffer> read_buffer(const laq_pixel_buffer* buffer) {
  laq_pixel_buffer chosen = {};
  if (const auto failure = read_struct(buffer, "buffer", chosen)) return *failure;
  laq::PixelBuffer request;
  if (const auto error = laq::check_range("buffer.type", int64_t{chosen.type}, LAQ_SAMPLES_8, LAQ_SAMPLES_FLOAT16))
    return *error;
  request.type = static_cast<laq::PixelBuffer::Type>(chosen.type);
  request.depth = chosen.depth;
  for (int i = 0; i < 4; ++i) {
    const laq_channel& channel = chosen.channels[i];
    request.channels[i] = {channel.first, channel.pixel_bytes, channel.row_bytes};
  }
  return request;
}

// Calls decode(bytes of the file, options of the part), which gives a Result<PartInfo>, and hands that over to `info`,
// which may be null.
template <class Decode>
std::optional<laq::Error> give_info(const void* data, size_t size, const laq::Result<laq::PartOptions>& request,
                                    laq_part_info* info, Decode&& decode) {
  if (info != nullptr) *info = {};
  if (data == nullptr && size != 0) return is_null("data");
  if (!request) return request.error();
  const laq::Result<laq::PartInfo> decoded = decode(std::span(static_cast<const std::byte*>(data), size), *request);
  if (!decoded) return decoded.error();
  if (info != nullptr) *info = view_info(*decoded);
  return std::nullopt;
}

}  // namespace

void laq_part_options_init(laq_part_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_part_options());
}

laq_status laq_part_sizes(const void* data, size_t size, const laq_part_options* part, laq_part_info* info,
                          laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (info == nullptr) return is_null("info");
    CallersMemory memory;
    return give_info(data, size, read_part_options(part, nullptr, memory), info, laq::part_info);
  });
}

laq_status laq_decode_part(const void* data, size_t size, const laq_part_options* part,
                           const laq_decode_options* options, laq_picture** picture, laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (picture == nullptr) return is_null("picture");
    *picture = nullptr;
    if (data == nullptr && size != 0) return is_null("data");
    CallersMemory memory;
    const laq::Result<laq::PartOptions> request = read_part_options(part, options, memory);
    if (!request) return request.error();
    laq::Result<laq::PartialPicture> decoded =
        laq::decode_part(std::span(static_cast<const std::byte*>(data), size), *request);
    if (!decoded) return decoded.error();
    *picture = give_picture(std::move(decoded->picture));
    return std::nullopt;
  });
}

laq_status laq_decode_part_to(const void* data, size_t size, const laq_part_options* part,
                              const laq_decode_options* options, const laq_pixel_buffer* buffer, laq_part_info* info,
                              laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    const laq::Result<laq::PixelBuffer> pixels = read_buffer(buffer);
    if (!pixels) return pixels.error();
    CallersMemory memory;
    return give_info(data, size, read_part_options(part, options, memory), info,
                     [&](std::span<const std::byte> file, const laq::PartOptions& request) {
                       return laq::decode_part_to(file, *pixels, request);
                     });
  });
}

laq_status laq_decode_part_rows(const void* data, size_t size, const laq_part_options* part,
                                const laq_decode_options* options, laq_take_rows take, void* user, laq_part_info* info,
                                laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (take == nullptr) return is_null("take");
    const laq::TakeRows take_rows = [take, user](const laq::PictureView& rows, uint32_t y) {
      laq_picture view = {};
      view.struct_size = sizeof view;
      view.width = rows.width;
      view.height = rows.height;
      view.channels = rows.channels;
      view.depth = rows.depth;
      view.sample_format = static_cast<int>(rows.sample_format);
      view.samples = rows.samples;
      view.row_bytes = rows.row_bytes;
      return take(&view, y, user) != 0;
    };
    CallersMemory memory;
    return give_info(data, size, read_part_options(part, options, memory), info,
                     [&](std::span<const std::byte> file, const laq::PartOptions& request) {
                       return laq::decode_part_rows(file, take_rows, request);
                     });
  });
}
