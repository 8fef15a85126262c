#include "metrics/comparison.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/checks.h"
#include "container/metadata.h"

namespace laq {

namespace {

// The largest sample, which may be above the largest value of the depth.
template <class Sample>
int largest_sample(const PictureView& picture) {
  const size_t count = size_t{picture.width} * static_cast<size_t>(picture.channels);
  Sample largest = 0;
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* row =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
    for (size_t i = 0; i < count; ++i) largest = std::max(largest, row[i]);
  }
  return largest;
}

std::optional<Error> check_samples(const PictureView& picture) {
  if (picture.depth == 8 || picture.depth == 16) return std::nullopt;  // They have no bits beyond the depth.
  const int largest = picture.depth > 8 ? largest_sample<uint16_t>(picture) : largest_sample<uint8_t>(picture);
  const int allowed = (1 << picture.depth) - 1;
  if (largest <= allowed) return std::nullopt;
  return invalid("picture.samples has " + std::to_string(largest) + ", the largest value of depth " +
                 std::to_string(picture.depth) + " is " + std::to_string(allowed));
}

}  // namespace

std::optional<Error> check_compared(const PictureView& picture, const char* name) {
  std::optional<Error> error = check_layout(picture);
  if (!error) error = check_samples(picture);
  if (!error && picture.metadata != nullptr) error = check(*picture.metadata);
  if (error) error->message = std::string(name) + ": " + error->message;
  return error;
}

std::optional<Error> check_same_size(uint32_t reference_width, uint32_t reference_height,
                                     const PictureView& distorted) {
  if (distorted.width == reference_width && distorted.height == reference_height) return std::nullopt;
  return invalid("the distorted picture has " + std::to_string(distorted.width) + " x " +
                 std::to_string(distorted.height) + " pixels, its reference " + std::to_string(reference_width) +
                 " x " + std::to_string(reference_height) + "; scale or crop one of them");
}

std::optional<Error> check_comparison(const PictureView& reference, const PictureView& distorted) {
  if (auto error = check_compared(reference, "reference")) return error;
  if (auto error = check_compared(distorted, "distorted")) return error;
  return check_same_size(reference.width, reference.height, distorted);
}

std::span<const float> backgrounds(const PictureView& reference) {
  static constexpr float kDarkAndLight[] = {0.1f, 0.9f}, kMiddle[] = {0.5f};
  if (has_alpha(reference)) return kDarkAndLight;
  return kMiddle;
}

}  // namespace laq
