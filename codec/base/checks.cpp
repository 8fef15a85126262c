#include "base/checks.h"

#include <cstdio>

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

std::optional<Error> check_layout(const PictureView& picture) {
  const auto check = [](const char* field, int64_t value, int64_t high) { return check_range(field, value, 1, high); };
  if (auto error = check("picture.width", picture.width, kMaxSide)) return error;
  if (auto error = check("picture.height", picture.height, kMaxSide)) return error;
  if (auto error = check("picture.channels", picture.channels, 4)) return error;
  if (auto error = check("picture.depth", picture.depth, 16)) return error;
  if (picture.samples == nullptr) return invalid("picture.samples is null");
  const size_t sample_bytes = picture.depth > 8 ? 2 : 1;
  const size_t packed = size_t{picture.width} * static_cast<size_t>(picture.channels) * sample_bytes;
  if (picture.row_bytes < packed) {
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", a row has " +
                   std::to_string(packed) + " bytes");
  }
  if (picture.row_bytes > SIZE_MAX / picture.height)
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", too large for " +
                   std::to_string(picture.height) + " rows");
  if (sample_bytes == 2 && (picture.row_bytes % 2 != 0 || reinterpret_cast<uintptr_t>(picture.samples) % 2 != 0))
    return invalid("picture.samples or picture.row_bytes is odd, samples of two bytes must be aligned");
  return std::nullopt;
}

}  // namespace laq
