#include "metrics/comparison.h"

#include <string>

#include "base/checks.h"
#include "container/metadata.h"

namespace laq {

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
