// The module that decodes: pictures, what is known of how they were coded, and arrays. apps/web/package/laq.js calls it
// and says the same in JavaScript; both list the numbers of an answer in the same order.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <laq/array.hpp>
#include <laq/inspect.hpp>
#include <laq/laq.hpp>

#include "answer.h"

namespace laq::web {
namespace {

std::span<const std::byte> file_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

DecodeOptions options_of(double max_pixels, double max_bytes) {
  DecodeOptions options;
  options.threads = 1;
  options.max_pixels = static_cast<uint64_t>(max_pixels);
  options.max_bytes = static_cast<uint64_t>(max_bytes);
  return options;
}

void answer_picture(Picture picture) {
  Metadata& metadata = picture.metadata;
  const CodePoints points = metadata.code_points.value_or(CodePoints{0, 0, 0, false});
  answer.numbers(picture.width, picture.height, picture.channels, picture.depth, metadata.orientation, points.primaries,
                 points.transfer, points.is_full_range);
  answer.bytes(std::move(metadata.icc));
  answer.bytes(std::move(metadata.exif));
  answer.bytes(std::move(metadata.xmp));
  answer.bytes(std::move(picture.samples));
}

// Eight floats a block.
std::vector<std::byte> packed(const std::vector<TracedBlock>& blocks) {
  std::vector<std::byte> bytes;
  bytes.reserve(blocks.size() * 8 * sizeof(float));
  for (const TracedBlock& block : blocks) {
    const float row[8] = {static_cast<float>(block.x),
                          static_cast<float>(block.y),
                          static_cast<float>(block.width),
                          static_cast<float>(block.height),
                          static_cast<float>(block.group),
                          static_cast<float>(block.mode),
                          block.step,
                          block.bits};
    const auto* const begin = reinterpret_cast<const std::byte*>(row);
    bytes.insert(bytes.end(), begin, begin + sizeof row);
  }
  return bytes;
}

}  // namespace

// Memory for what a script hands over; null, if there is none.
LAQ_EXPORT void* laq_web_allocate(size_t size) {
  return std::malloc(size > 0 ? size : 1);
}
LAQ_EXPORT void laq_web_release(void* memory) {
  std::free(memory);
}

LAQ_EXPORT const double* laq_web_numbers() {
  return answer.data();
}
LAQ_EXPORT size_t laq_web_count() {
  return answer.size();
}
LAQ_EXPORT const char* laq_web_message() {
  return answer.message();
}
LAQ_EXPORT const char* laq_web_version() {
  return version();
}

LAQ_EXPORT int laq_web_holds_array(const uint8_t* data, size_t size) {
  return holds_array(file_of(data, size)) ? 1 : 0;
}

LAQ_EXPORT int laq_web_decode(const uint8_t* data, size_t size, double max_pixels, double max_bytes) {
  return answer_with([&] {
    Result<Picture> picture = decode(file_of(data, size), options_of(max_pixels, max_bytes));
    if (!picture) return answer.fail(picture.error());
    if (picture->sample_format != SampleFormat::integer) {
      return answer.fail({ErrorCode::unsupported,
                          "the picture has floating-point samples, which this decoder does not give (the laq program "
                          "decodes them)"});
    }
    answer_picture(std::move(*picture));
    return answer.succeed();
  });
}

LAQ_EXPORT int laq_web_inspect(const uint8_t* data, size_t size) {
  return answer_with([&] {
    const Result<Info> info = inspect(file_of(data, size));
    if (!info) return answer.fail(info.error());
    answer.numbers(info->width, info->height, info->channels, info->depth, info->metadata.orientation, info->format,
                   info->quality, static_cast<int>(info->tune));
    return answer.succeed();
  });
}

LAQ_EXPORT int laq_web_trace(const uint8_t* data, size_t size, double max_pixels, double max_bytes) {
  return answer_with([&] {
    Result<PictureTrace> trace = trace_picture(file_of(data, size), options_of(max_pixels, max_bytes));
    if (!trace) return answer.fail(trace.error());
    answer_picture(std::move(trace->picture));
    answer.numbers(trace->tile_width, trace->tile_height, trace->base_step, trace->payload_bytes);
    answer.bytes(packed(trace->blocks));
    return answer.succeed();
  });
}

LAQ_EXPORT int laq_web_decode_array(const uint8_t* data, size_t size, double max_elements, double max_bytes) {
  return answer_with([&] {
    Result<Array> array = decode_array(file_of(data, size), options_of(max_elements, max_bytes));
    if (!array) return answer.fail(array.error());
    answer.numbers(static_cast<int>(array->type), array->signal.sample_rate, array->shape.size());
    for (const uint64_t side : array->shape) answer.numbers(side);
    answer.bytes(std::move(array->data));
    return answer.succeed();
  });
}

}  // namespace laq::web
