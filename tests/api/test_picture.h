// Pictures for the tests of the API: smooth, with an edge, the same on every machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <laq/laq.hpp>
#include <laq/partial.hpp>

namespace laq {

inline Picture test_picture(uint32_t width, uint32_t height, int channels = 3, int depth = 8) {
  Picture picture{width, height, channels, depth};
  picture.samples.resize(picture.row_bytes() * height);
  const uint32_t max_sample = (1u << depth) - 1;
  std::byte* out = picture.samples.data();
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c, out += picture.sample_bytes()) {
        const uint32_t share = (x * 7 + y * 5 + static_cast<uint32_t>(c) * 40 + (x * 2 > y + width / 2 ? 90 : 0)) % 256;
        const auto value = static_cast<uint16_t>(share * max_sample / 255);
        if (depth > 8) {
          std::memcpy(out, &value, 2);
        } else {
          *out = static_cast<std::byte>(value);
        }
      }
    }
  }
  return picture;
}

inline Picture crop(const Picture& picture, const PictureRegion& region) {
  Picture part{region.width, region.height, picture.channels, picture.depth, {}, {}, picture.sample_format};
  part.samples.resize(part.row_bytes() * part.height);
  const size_t pixel_bytes = picture.row_bytes() / picture.width;
  for (uint32_t y = 0; y < region.height; ++y) {
    std::copy_n(picture.samples.data() + picture.row_bytes() * (region.y + y) + pixel_bytes * region.x,
                part.row_bytes(), part.samples.data() + part.row_bytes() * y);
  }
  return part;
}

// Mean squared difference of two pictures of the same kind, as if their depth was 8.
inline double mean_squared_difference(const Picture& a, const Picture& b) {
  const auto sample = [](const Picture& picture, size_t index) {
    uint16_t value = 0;
    const size_t bytes = picture.depth > 8 ? 2 : 1;
    std::memcpy(&value, picture.samples.data() + index * bytes, bytes);
    return value * 255.0 / ((1 << picture.depth) - 1);
  };
  const size_t count = a.samples.size() / a.sample_bytes();
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double difference = sample(a, i) - sample(b, i);
    sum += difference * difference;
  }
  return sum / static_cast<double>(count);
}

}  // namespace laq
