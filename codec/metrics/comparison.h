// Comparison: what the measures of two pictures have in common: which pairs they refuse, and what shows through alpha.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "laq/laq.hpp"

namespace laq {

// invalid_argument for a picture that laq::encode would refuse; the message begins with `name`.
std::optional<Error> check_compared(const PictureView& picture, const char* name);
// invalid_argument that names both sizes, where they differ.
std::optional<Error> check_same_size(uint32_t reference_width, uint32_t reference_height, const PictureView& distorted);
// All of this for two pictures.
std::optional<Error> check_comparison(const PictureView& reference, const PictureView& distorted);

inline bool has_alpha(const PictureView& picture) {
  return picture.channels == 2 || picture.channels == 4;
}
inline bool is_gray(const PictureView& picture) {
  return picture.channels <= 2;
}

// The backgrounds, as encoded (0..1), over which pictures are compared with this reference; the worst result counts.
// They are dark and light where the reference has alpha, as in libjxl's tool `ssimulacra2`, else there is one.
std::span<const float> backgrounds(const PictureView& reference);

}  // namespace laq
