#include "batch/verify.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "io/array/array_file.h"

namespace laq::command {
namespace {

Error wrong(const std::string& what) {
  return {ErrorCode::corrupt,
          "is not written, because the check by decoding failed: " + what + " (please report this)"};
}

DecodeOptions unlimited(int threads) {
  return {threads, UINT64_MAX, UINT64_MAX};
}

// The place of an element, counted with the last side fastest.
const std::byte* element_at(const ArrayView& array, size_t index) {
  const auto* at = static_cast<const std::byte*>(array.data);
  if (array.strides.empty()) return at + index * element_bytes(array.type);
  for (size_t side = array.shape.size(); side-- > 0; index /= array.shape[side])
    at += static_cast<int64_t>(index % array.shape[side]) * array.strides[side];
  return at;
}

// How far an element may be from `value`.
double bound_at(double value, const ArrayInfo& info) {
  if (info.target.kind == ArrayTargetKind::lossless || !std::isfinite(value)) return 0;
  if (info.target.kind != ArrayTargetKind::pointwise_relative) return info.max_error;
  constexpr double kRounding = 1e-12;  // of the product
  return std::min(info.max_error, std::abs(value) * info.target.value * (1 + kRounding));
}

}  // namespace

std::optional<Error> verify_picture(std::span<const std::byte> file, const PictureView& picture, int threads) {
  const Result<Picture> decoded = decode(file, unlimited(threads));
  if (!decoded) return wrong(decoded.error().message);
  if (decoded->width != picture.width || decoded->height != picture.height || decoded->channels != picture.channels ||
      decoded->depth != picture.depth)
    return wrong("the picture has another size");
  return std::nullopt;
}

std::optional<Error> verify_array(std::span<const std::byte> file, const ArrayView& array, int threads) {
  const Result<ArrayInfo> info = inspect_array(file);
  if (!info) return wrong(info.error().message);
  const Result<Array> decoded = decode_array(file, unlimited(threads));
  if (!decoded) return wrong(decoded.error().message);
  if (decoded->type != array.type || decoded->shape != array.shape) return wrong("the array has another shape or type");
  return io::with_element_type(array.type, [&](auto element) -> std::optional<Error> {
    auto again = element;
    for (size_t i = 0; i < decoded->data.size() / sizeof element; ++i) {
      std::memcpy(&element, element_at(array, i), sizeof element);
      std::memcpy(&again, decoded->data.data() + i * sizeof again, sizeof again);
      if (std::memcmp(&element, &again, sizeof element) == 0) continue;
      const auto value = static_cast<double>(element), decoded_value = static_cast<double>(again);
      if (std::isnan(value) && std::isnan(decoded_value)) continue;
      if (std::abs(value - decoded_value) <= bound_at(value, *info) && info->max_error > 0) continue;
      return wrong("element " + std::to_string(i) + " is " + std::to_string(decoded_value) + ", not " +
                   std::to_string(value));
    }
    return std::nullopt;
  });
}

}  // namespace laq::command
