// Small pictures that the tests make themselves, the same on every machine: integer arithmetic and mt19937 only.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include <laq/laq.hpp>

#include "lossless/colour_conversion.h"

namespace laq::test {

// jfif, photo_cd: colours of 8 bits that were converted from luma and chromas. page: text around a photograph.
enum class Content { flat, gradient, edges, texture, noise, glyphs, jfif, photo_cd, page };
inline constexpr Content kContents[] = {Content::flat,    Content::gradient, Content::edges,
                                        Content::texture, Content::noise,    Content::glyphs};

inline uint32_t sample_of(const Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<uint8_t>(picture.samples[index]);
  uint16_t value;
  std::memcpy(&value, picture.samples.data() + 2 * index, 2);
  return value;
}

inline void set_sample(Picture& picture, size_t index, uint32_t value) {
  if (picture.depth <= 8) {
    picture.samples[index] = static_cast<std::byte>(value);
  } else {
    const auto narrow = static_cast<uint16_t>(value);
    std::memcpy(picture.samples.data() + 2 * index, &narrow, 2);
  }
}

// In 1/65536 of the range, 0..65535.
inline uint32_t content_at(Content content, uint32_t x, uint32_t y, int channel, std::mt19937& random) {
  const auto c = static_cast<uint32_t>(channel);
  switch (content) {
    case Content::flat:
      return 20000 + 9000 * c;
    case Content::gradient:
      return 4000 + (150 + 40 * c) * x + (90 + 70 * c) * y;  // stays below 65536 up to about 150 + 150
    case Content::edges:
      return (x * (3 + c) + y * 2) / 61 % 3 * 25000 + ((x / 23 + y / 17) % 2) * 8000;
    case Content::texture: {
      const uint32_t wave = (x * x + 3 * y * y + 50 * c) >> 4 & 31;
      return 20000 + (wave < 16 ? wave : 31 - wave) * 900 + random() % 3000;
    }
    case Content::noise:
      return random() % 65536;
    case Content::glyphs: {  // like text: few shapes in many places, lines at an odd distance
      const uint32_t line = y / 13, shape = (x / 9 * 7 + line * 5) % 6, bit = x % 9 * 3 + y % 13 * 5 + shape * 11;
      const bool is_ink = y % 13 < 10 && x % 9 < 7 && (0x6b3a59c5u >> (bit % 32) & 1);
      return is_ink ? 3000 + line % 3 * (8000 + 4000 * c) : 62000;
    }
    case Content::page:
      if (x < 30 || x >= 150 || y < 20 || y >= 100) return content_at(Content::glyphs, x, y, channel, random);
      return 20000 + 1500 * c + (190 - 20 * c) * x + 70 * y + random() % 2;
    case Content::jfif:
    case Content::photo_cd:
      return 28000 + 1500 * c + (90 - 20 * c) * (x % 50) + 20 * (y % 100) + random() % 2500;
  }
  return 0;
}

inline Picture make_picture(Content content, uint32_t width, uint32_t height, int channels, int depth,
                            unsigned seed = 1) {
  std::mt19937 random(seed);
  Picture picture{width, height, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  size_t index = 0;
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const uint32_t value = std::min(content_at(content, x, y, c, random), 65535u);
        set_sample(picture, index++, value >> (16 - depth));
      }
    }
  }
  if (content == Content::jfif || content == Content::photo_cd) {
    const auto conversion = content == Content::jfif ? lossless::Conversion::jfif : lossless::Conversion::photo_cd;
    for (size_t i = 0; i < index; i += static_cast<size_t>(channels)) {
      const lossless::Rgb rgb = lossless::rgb_of(
          conversion, {static_cast<int>(sample_of(picture, i)), static_cast<int>(sample_of(picture, i + 1)),
                       static_cast<int>(sample_of(picture, i + 2))});
      for (size_t c = 0; c < rgb.size(); ++c) set_sample(picture, i + c, static_cast<uint32_t>(rgb[c]));
    }
  }
  return picture;
}

// Peak signal-to-noise ratio over all samples; infinite for equal pictures.
inline double psnr_of(const Picture& a, const Picture& b) {
  const size_t count = a.samples.size() / a.sample_bytes();
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(sample_of(a, i)) - static_cast<double>(sample_of(b, i));
    sum += difference * difference;
  }
  if (sum == 0) return std::numeric_limits<double>::infinity();
  const double peak = (1 << a.depth) - 1;
  return 10 * std::log10(peak * peak * static_cast<double>(count) / sum);
}

}  // namespace laq::test
