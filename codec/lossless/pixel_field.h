// All pixels of a tile, and the hashes of pixels that contexts are made of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace laq::lossless {

using Pixel = std::array<uint16_t, 4>;  // channels that are not there are 0

// The pixels with a frame of zeros, row after row.
class PixelField {
 public:
  static constexpr int kFrame = 4;

  PixelField(int width, int height) : width_(width), height_(height), pixels_(bytes(width, height) / sizeof(Pixel)) {}
  static size_t bytes(int width, int height) {
    return (static_cast<size_t>(width) + 2 * kFrame) * (static_cast<size_t>(height) + kFrame) * sizeof(Pixel);
  }
  Pixel* row(int y) { return pixels_.data() + first(y); }
  const Pixel* row(int y) const { return pixels_.data() + first(y); }
  ptrdiff_t stride() const { return width_ + 2 * kFrame; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  size_t first(int y) const { return static_cast<size_t>(y + kFrame) * static_cast<size_t>(stride()) + kFrame; }

  int width_, height_;
  std::vector<Pixel> pixels_;
};

inline constexpr uint64_t kHashFactor = 0x9e3779b97f4a7c15u;  // 2^64 / the golden ratio

inline uint64_t word(const Pixel& pixel) {
  return pixel[0] | uint64_t{pixel[1]} << 16 | uint64_t{pixel[2]} << 32 | uint64_t{pixel[3]} << 48;
}
inline uint64_t mixed(uint64_t hash, const Pixel& pixel) {
  return (hash ^ word(pixel)) * kHashFactor + (hash >> 29);
}
// A place in a table of 2^bits for a context.
inline size_t place_of_context(uint64_t context, int bits) {
  return static_cast<size_t>((context + 1) * kHashFactor >> (64 - bits));
}

// The most informative channel of a pixel: green or gray.
constexpr int leading_channel(int channels) {
  return channels >= 3 ? 1 : 0;
}
// Channels in the order in which they are coded: green first.
constexpr int coded_channel(int channels, int i) {
  return channels >= 3 && i < 2 ? 1 - i : i;
}

// The pixels around one that is to be coded.
struct Surroundings {
  Surroundings(const Pixel* at, ptrdiff_t stride) : at(at), above(at - stride), second(above - stride) {}

  const Pixel& left() const { return at[-1]; }
  const Pixel& up() const { return above[0]; }
  const Pixel& corner() const { return above[-1]; }
  const Pixel& right() const { return above[1]; }

  const Pixel *at, *above, *second;  // the pixel, the one above it, and the one above that
};

}  // namespace laq::lossless
