#include "metrics/comparison.h"

#include <algorithm>
#include <string>

#include "base/checks.h"
#include "container/metadata.h"

namespace laq {
namespace {

template <class Sample>
void read_row(const PictureView& picture, double background, uint32_t y, const std::array<double*, 3>& out) {
  const auto* pixel =
      reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
  const double peak = (1 << picture.depth) - 1;
  const bool transparent = has_alpha(picture);
  const int colours = is_gray(picture) ? 1 : 3;
  for (uint32_t x = 0; x < picture.width; ++x, pixel += picture.channels) {
    const double alpha = transparent ? pixel[colours] / peak : 1;
    for (int c = 0; c < colours; ++c) out[c][x] = alpha * (pixel[c] / peak) + (1 - alpha) * background;
  }
  for (int c = colours; c < 3; ++c) std::copy_n(out[0], picture.width, out[c]);
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

void read_encoded_row(const PictureView& picture, double background, uint32_t y, const std::array<double*, 3>& out) {
  picture.depth > 8 ? read_row<uint16_t>(picture, background, y, out) : read_row<uint8_t>(picture, background, y, out);
}

}  // namespace laq
