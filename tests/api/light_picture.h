// Pictures of floating-point samples for the tests of the API: light over 14 octaves, the same on every machine.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <vector>

#include <laq/array.hpp>
#include <laq/laq.hpp>

#include "base/bytes.h"
#include "base/float_sample.h"
#include "container/container.h"
#include "light/float_header.h"

namespace laq {

inline void set_light(Picture& picture, size_t index, float value) {
  put_float_sample(double{value}, picture.sample_format, picture.samples.data() + index * picture.sample_bytes());
}

inline float get_light(const Picture& picture, size_t index) {
  return float_sample(picture.samples.data() + index * picture.sample_bytes(), picture.sample_format);
}

inline size_t samples_of(const Picture& picture) {
  return picture.samples.size() / picture.sample_bytes();
}

// Alpha is 0 to 1.
inline Picture light_picture(uint32_t width, uint32_t height, int channels, SampleFormat format) {
  Picture picture{width, height, channels, depth_of(format), {}, {}, format};
  picture.samples.resize(picture.row_bytes() * height);
  size_t i = 0;
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c, ++i) {
        const bool is_alpha = channels % 2 == 0 && c == channels - 1;
        const float wave =
            std::sin(0.11F * static_cast<float>(x) + 0.07F * static_cast<float>(y) + static_cast<float>(c));
        set_light(picture, i, is_alpha ? 0.5F + 0.5F * wave : std::exp2(5 * wave));
      }
    }
  }
  return picture;
}

// The file of a picture whose array has chunks of other sizes than an encoder of pictures would choose; without a byte
// if that fails.
inline std::vector<std::byte> chunked_light(const Picture& picture, const ArrayEncodeOptions& options) {
  const auto bytes = [](size_t n) { return static_cast<int64_t>(n); };
  ArrayView array;
  array.type = picture.sample_format == SampleFormat::float32 ? ElementType::float32 : ElementType::float16;
  array.shape = {static_cast<uint64_t>(picture.channels), picture.height, picture.width};
  array.strides = {bytes(picture.sample_bytes()), bytes(picture.row_bytes()),
                   bytes(picture.sample_bytes() * static_cast<size_t>(picture.channels))};
  array.data = picture.samples.data();
  const auto file = encode(array, options);
  if (!file) return {};
  light::FloatHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.format = picture.sample_format;
  ByteWriter payload;
  header.write(payload);
  const auto sections = read_container(*file);
  payload.append(sections->back().bytes);
  const std::vector<std::byte> content = payload.take();
  const Section section{kFloatSection, content};
  return write_container({&section, 1});
}

}  // namespace laq
