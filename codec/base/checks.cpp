#include "base/checks.h"

#include <algorithm>
#include <cstdio>

#include "base/parallel.h"

namespace laq {
namespace {

std::string to_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string to_text(int64_t value) {
  return std::to_string(value);
}

template <class Number>
std::optional<Error> check_number(const char* field, Number value, Number low, Number high) {
  if (value >= low && value <= high) return std::nullopt;
  return invalid(std::string(field) + " is " + to_text(value) + ", it must be " + to_text(low) + " to " +
                 to_text(high));
}

template <class Sample>
std::optional<Error> check_samples_of_type(const PictureView& picture) {
  const size_t count = size_t{picture.width} * static_cast<size_t>(picture.channels);
  const int max_sample = (1 << picture.depth) - 1;
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* row =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
    const auto* largest = std::max_element(row, row + count);
    if (*largest > max_sample) {
      const auto x = static_cast<size_t>(largest - row) / static_cast<size_t>(picture.channels);
      return invalid("picture.samples has " + std::to_string(*largest) + " at column " + std::to_string(x) + ", row " +
                     std::to_string(y) + ", the largest value of depth " + std::to_string(picture.depth) + " is " +
                     std::to_string(max_sample));
    }
  }
  return std::nullopt;
}

}  // namespace

Error invalid(const std::string& what) {
  return Error{ErrorCode::invalid_argument, what};
}

std::optional<Error> check_range(const char* field, double value, double low, double high) {
  return check_number(field, value, low, high);
}

std::optional<Error> check_range(const char* field, int64_t value, int64_t low, int64_t high) {
  return check_number(field, value, low, high);
}

std::optional<Error> check_pixels(uint64_t width, uint64_t height, uint64_t max_pixels) {
  if (width * height <= max_pixels) return std::nullopt;
  return Error{ErrorCode::limit_exceeded, "the picture has " + std::to_string(width) + " x " + std::to_string(height) +
                                              " pixels, more than max_pixels (" + std::to_string(max_pixels) + ")"};
}

Error exceeds_memory(uint64_t needed, const DecodeOptions& options) {
  return Error{ErrorCode::limit_exceeded, "decoding takes up to " + std::to_string(needed) + " bytes of memory with " +
                                              std::to_string(resolve_threads(options.threads)) +
                                              " threads, more than max_bytes (" + std::to_string(options.max_bytes) +
                                              ")"};
}

std::optional<Error> check_expansion(const std::string& piece, uint64_t samples, const char* unit, uint64_t bytes) {
  if (bytes >= least_stream_bytes(samples)) return std::nullopt;
  return Error{ErrorCode::corrupt, piece + " claims " + std::to_string(samples) + " " + unit + " in " +
                                       std::to_string(bytes) + " bytes, it must have one for every " +
                                       std::to_string(kSamplesOfByte)};
}

std::optional<Error> check_layout(const PictureView& picture) {
  const auto check = [](const char* field, int64_t value, int64_t high) { return check_range(field, value, 1, high); };
  if (auto error = check("picture.width", picture.width, kMaxSide)) return error;
  if (auto error = check("picture.height", picture.height, kMaxSide)) return error;
  if (auto error = check("picture.channels", picture.channels, 4)) return error;
  if (picture.sample_format > SampleFormat::float32)
    return invalid("picture.sample_format is " + std::to_string(static_cast<int>(picture.sample_format)) +
                   ", it must be 0 to 2");
  const bool is_float = picture.sample_format != SampleFormat::integer;
  if (is_float && picture.depth != depth_of(picture.sample_format))
    return invalid("picture.depth is " + std::to_string(picture.depth) + ", of these floating-point samples it is " +
                   std::to_string(depth_of(picture.sample_format)));
  if (auto error = check("picture.depth", picture.depth, is_float ? 32 : 16)) return error;
  if (picture.samples == nullptr) return invalid("picture.samples is null");
  const size_t sample_bytes = picture.depth > 16 ? 4 : picture.depth > 8 ? 2 : 1;
  const size_t packed = size_t{picture.width} * static_cast<size_t>(picture.channels) * sample_bytes;
  if (picture.row_bytes < packed) {
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", a row has " +
                   std::to_string(packed) + " bytes");
  }
  if (picture.row_bytes > SIZE_MAX / picture.height)
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", too large for " +
                   std::to_string(picture.height) + " rows");
  const bool is_aligned =
      picture.row_bytes % sample_bytes == 0 && reinterpret_cast<uintptr_t>(picture.samples) % sample_bytes == 0;
  if (!is_aligned && sample_bytes == 4)
    return invalid("picture.samples or picture.row_bytes is no multiple of 4, samples of four bytes must be aligned");
  if (!is_aligned) return invalid("picture.samples or picture.row_bytes is odd, samples of two bytes must be aligned");
  return std::nullopt;
}

std::optional<Error> check_samples(const PictureView& picture) {
  if (picture.depth == 8 || picture.depth >= 16) return std::nullopt;  // There are no bits beyond the depth.
  return picture.depth > 8 ? check_samples_of_type<uint16_t>(picture) : check_samples_of_type<uint8_t>(picture);
}

}  // namespace laq
