// Conversions of a picture's samples that a file format needs. Each returns a new picture with the same metadata,
// unless it says otherwise, and may throw std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

// A sample by its number among all of the picture.
inline uint32_t sample(const Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<uint32_t>(picture.samples[index]);
  uint16_t value;
  std::memcpy(&value, &picture.samples[2 * index], sizeof value);
  return value;
}
inline void set_sample(Picture& picture, size_t index, uint32_t value) {
  if (picture.depth <= 8) {
    picture.samples[index] = static_cast<std::byte>(value);
  } else {
    const auto narrow = static_cast<uint16_t>(value);
    std::memcpy(&picture.samples[2 * index], &narrow, sizeof narrow);
  }
}

// Full scale stays full scale: v -> round(v * (2^depth - 1) / (2^old - 1)). The depth is 1..16.
Picture with_depth(const Picture& picture, int depth);

// Gray becomes RGB with three equal channels; alpha is kept. Colour stays as it is.
Picture with_colour(const Picture& picture);

// Divides the colour of a picture that was multiplied by its alpha, if it has alpha, and notes that. Pixels of no alpha
// become black.
void unpremultiply(Noted<Picture>& picture);
inline constexpr const char* kUnpremultipliedRemark = "colour was multiplied by alpha, and is divided by it";

// Turns and mirrors the samples as metadata.orientation says, so that they stand as they are to be looked at; the
// orientation is 1 afterwards. If the axes are exchanged, so are the resolutions of x and y.
Picture upright(const Picture& picture);

}  // namespace laq::io
