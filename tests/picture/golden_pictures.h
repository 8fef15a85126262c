// The golden files of pictures: what each was made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <laq/float16.hpp>
#include <laq/laq.hpp>

#include "hash.h"
#include "picture/synthetic_picture.h"

namespace laq::test {

inline constexpr size_t kMostBytesOfPicture = 2048;

struct GoldenPicture {
  const char* name;
  Content content;
  uint32_t width, height;
  int channels, depth;
  float quality;
  int effort;
  Tune tune = Tune::perceptual;
  bool adaptive_quantization = true;
  int max_error = -1;  // a bound in place of the quality, unless it is negative
  SampleFormat format = SampleFormat::integer;
};

inline constexpr GoldenPicture kGoldenPictures[] = {
    {"gray", Content::edges, 64, 56, 1, 8, 70, 5},
    {"gray-alpha", Content::texture, 40, 33, 2, 8, 50, 5},
    {"rgb", Content::texture, 72, 60, 3, 8, 75, 7},
    {"rgba", Content::edges, 45, 30, 4, 8, 60, 3},
    {"psnr", Content::texture, 64, 64, 3, 8, 60, 9, Tune::psnr, false},
    {"uniform-step", Content::edges, 50, 70, 3, 8, 75, 6, Tune::perceptual, false},
    {"fast", Content::texture, 66, 50, 3, 8, 75, 1},
    {"bilevel", Content::edges, 40, 40, 1, 1, 60, 5},
    {"gray-10-bit", Content::gradient, 100, 90, 1, 10, 90, 5},
    {"rgb-12-bit", Content::gradient, 60, 44, 3, 12, 95, 5},
    {"rgba-16-bit", Content::gradient, 33, 47, 4, 16, 80, 5},
    {"noise-best", Content::noise, 16, 16, 3, 8, 99, 4},
    {"noise-worst", Content::noise, 120, 100, 3, 8, 10, 5},
    {"one-sample", Content::flat, 1, 1, 4, 8, 80, 5},
    {"one-row", Content::edges, 131, 1, 3, 8, 80, 5},
    {"one-column", Content::edges, 1, 67, 1, 8, 80, 5},
    {"screen", Content::glyphs, 100, 75, 3, 8, 70, 5},
    {"screen-gray-alpha", Content::glyphs, 61, 83, 2, 8, 85, 7},
    {"tiles", Content::gradient, 1210, 500, 1, 8, 20, 5},
    {"lossless", Content::texture, 24, 20, 3, 8, 100, 5, Tune::perceptual, true, 0},
    {"lossless-best", Content::gradient, 40, 33, 4, 16, 100, 9, Tune::perceptual, true, 0},
    {"lossless-screen", Content::glyphs, 61, 83, 3, 8, 100, 5, Tune::perceptual, true, 0},
    {"lossless-page", Content::page, 100, 100, 1, 16, 100, 5, Tune::perceptual, true, 0},
    {"lossless-bilevel", Content::edges, 131, 40, 1, 1, 100, 1, Tune::perceptual, true, 0},
    {"lossless-fast", Content::texture, 24, 20, 3, 8, 100, 1, Tune::perceptual, true, 0},
    {"lossless-fast-deep", Content::texture, 17, 9, 4, 16, 100, 2, Tune::perceptual, true, 0},
    {"lossless-jfif", Content::jfif, 33, 40, 3, 8, 100, 5, Tune::perceptual, true, 0},
    {"lossless-photo-cd", Content::photo_cd, 24, 30, 4, 8, 100, 5, Tune::perceptual, true, 0},
    {"within-three", Content::texture, 40, 33, 2, 8, 100, 7, Tune::perceptual, true, 3},
    {"halves", Content::gradient, 40, 33, 4, 16, 80, 5, Tune::perceptual, true, -1, SampleFormat::float16},
    {"halves-near", Content::gradient, 17, 9, 1, 16, 97, 5, Tune::perceptual, true, -1, SampleFormat::float16},
    {"floats", Content::gradient, 40, 33, 3, 32, 80, 5, Tune::perceptual, true, -1, SampleFormat::float32},
    {"floats-lossless", Content::edges, 24, 20, 3, 32, 100, 5, Tune::perceptual, true, 0, SampleFormat::float32},
};

// The picture that a golden file is made of.
inline Picture original_of(const GoldenPicture& golden) {
  const bool is_float = golden.format != SampleFormat::integer;
  Picture integers =
      make_picture(golden.content, golden.width, golden.height, golden.channels, is_float ? 16 : golden.depth);
  if (!is_float) return integers;
  Picture picture{golden.width, golden.height, golden.channels, golden.depth, {}, {}, golden.format};
  picture.samples.resize(picture.row_bytes() * picture.height);
  for (size_t i = 0; i < integers.samples.size() / 2; ++i) {
    const float number = static_cast<float>(sample_of(integers, i)) / 4096 - 0.5F;
    const Float16 half(number);
    std::byte* const to = picture.samples.data() + i * picture.sample_bytes();
    golden.format == SampleFormat::float16 ? std::memcpy(to, &half, 2) : std::memcpy(to, &number, 4);
  }
  return picture;
}

// Each sample of an integer as two bytes, the lower one first; others as they are.
inline uint64_t hash_of(const Picture& picture) {
  Hash hash;
  if (picture.sample_format != SampleFormat::integer) {
    for (const std::byte byte : picture.samples) hash.add(std::to_integer<uint32_t>(byte));
    return hash.value();
  }
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    const uint32_t sample = sample_of(picture, i);
    for (const uint32_t byte : {sample & 255, sample >> 8}) hash.add(byte);
  }
  return hash.value();
}

}  // namespace laq::test
