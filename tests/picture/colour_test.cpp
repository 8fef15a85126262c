// Samples to coding planes and back.
#include "picture/colour.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "for_each_target.h"
#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::picture;
using namespace laq::test;

namespace {

PictureHeader header_of(const Picture& picture) {
  PictureHeader header;
  header.width = picture.width;
  header.height = picture.height;
  header.channels = picture.channels;
  header.depth = picture.depth;
  return header;
}

// The largest difference of any sample after planes and back.
uint32_t worst_error(const Picture& picture) {
  const PictureHeader header = header_of(picture);
  const Picture again = from_planes(to_planes(picture.view(), header, 1), header, 1);
  uint32_t worst = 0;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    const uint32_t a = sample_of(picture, i), b = sample_of(again, i);
    worst = std::max(worst, a > b ? a - b : b - a);
  }
  return worst;
}

// Half of what a coding sample of 12 bits is worth at this depth; nothing where there are bits to spare.
uint32_t gray_bound(int depth) {
  return depth <= 12 ? 0 : (1u << (depth - 12)) / 2 + 1;
}

}  // namespace

TEST_CASE("gray and alpha come back exactly up to 12 bits, deeper ones within half a coding sample") {
  for (int depth = 1; depth <= 16; ++depth) {
    const uint32_t values = 1u << depth, width = std::min(values, 256u);
    Picture picture{width, values / width, 2, depth, {}, {}};
    picture.samples.resize(picture.row_bytes() * picture.height);
    for (uint32_t v = 0; v < values; ++v) {
      set_sample(picture, 2 * v, v);
      set_sample(picture, 2 * v + 1, values - 1 - v);
    }
    CAPTURE(depth);
    CHECK(worst_error(picture) <= gray_bound(depth));
  }
}

TEST_CASE("RGB comes back exactly up to 10 bits, deeper ones within a few coding samples") {
  for (int depth = 1; depth <= 16; ++depth) {
    // All corners and edges of the cube, and a grid in between.
    const uint32_t max_sample = (1u << depth) - 1, steps = std::min(max_sample, 40u);
    Picture picture{(steps + 1) * (steps + 1), steps + 1, 3, depth, {}, {}};
    picture.samples.resize(picture.row_bytes() * picture.height);
    size_t index = 0;
    for (uint32_t r = 0; r <= steps; ++r) {
      for (uint32_t g = 0; g <= steps; ++g) {
        for (uint32_t b = 0; b <= steps; ++b) {
          for (const uint32_t v : {r, g, b}) set_sample(picture, index++, v * max_sample / steps);
        }
      }
    }
    CAPTURE(depth);
    CHECK(worst_error(picture) <= (depth <= 10 ? 0 : 2u << std::max(0, depth - 12)));
  }
}

TEST_CASE("every 8-bit gray stays gray") {
  Picture picture{256, 1, 3, 8, {}, {}};
  picture.samples.resize(768);
  for (size_t i = 0; i < 768; ++i) picture.samples[i] = static_cast<std::byte>(i / 3);
  const PictureHeader header = header_of(picture);
  const auto planes = to_planes(picture.view(), header, 1);
  bool gray = true;
  for (int x = 0; x < 256; ++x) gray = gray && planes[1].row(0)[x] == 512 && planes[2].row(0)[x] == 512;
  CHECK(gray);
}

TEST_CASE("planes stay in range, and the last column and row are repeated into the padding") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const int depth : {1, 8, 9, 16}) {
      const Picture picture = make_picture(Content::noise, 37, 21, channels, depth);
      const PictureHeader header = header_of(picture);
      const auto planes = to_planes(picture.view(), header, 2);
      REQUIRE(planes.size() == static_cast<size_t>(header.planes()));
      for (const Plane<uint16_t>& plane : planes) {
        CHECK(plane.width() == 40);
        CHECK(plane.height() == 24);
        bool in_range = true, repeated = true;
        for (int y = 0; y < 24; ++y) {
          for (int x = 0; x < 40; ++x) {
            in_range = in_range && plane.row(y)[x] <= header.max_sample();
            repeated = repeated && plane.row(y)[x] == plane.row(std::min(y, 20))[std::min(x, 36)];
          }
        }
        CHECK(in_range);
        CHECK(repeated);
      }
    }
  }
}

TEST_CASE("any planes, however wild, give samples in range, the same for any number of threads") {
  std::mt19937 random(1);
  for (const int channels : {1, 3, 4}) {
    for (const int depth : {1, 7, 8, 10, 12, 16}) {
      PictureHeader header;
      header.width = 50;
      header.height = 140;
      header.channels = channels;
      header.depth = depth;
      std::vector<Plane<uint16_t>> planes;
      for (int p = 0; p < header.planes(); ++p) {
        Plane<uint16_t>& plane = planes.emplace_back(header.padded_width(), header.padded_height());
        for (int y = 0; y < plane.height(); ++y) {
          for (int x = 0; x < plane.width(); ++x) {
            plane.row(y)[x] =
                static_cast<uint16_t>(random() % 3 ? random() % 2 * static_cast<unsigned>(header.max_sample())
                                                   : random() % static_cast<unsigned>(header.max_sample() + 1));
          }
        }
      }
      const Picture picture = from_planes(planes, header, 1);
      bool in_range = true;
      for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i)
        in_range = in_range && sample_of(picture, i) < 1u << depth;
      CHECK(in_range);
      CHECK(from_planes(planes, header, 3).samples == picture.samples);
    }
  }
}

TEST_CASE("rounding to samples neither brightens nor darkens") {
  for (int depth = 2; depth <= 12; ++depth) {
    PictureHeader header;
    header.width = 512;
    header.height = 1;
    header.channels = 1;
    header.depth = depth;
    // All coding values around the middle, as many on either side of every sample.
    const int step = 1 << (header.coding_depth() - depth), first = (1 << header.coding_depth()) / 2 - 256;
    std::vector<Plane<uint16_t>> planes;
    planes.emplace_back(header.padded_width(), header.padded_height());
    for (int x = 0; x < 512; ++x) planes[0].row(0)[x] = static_cast<uint16_t>(first + x);
    const Picture picture = from_planes(planes, header, 1);
    int64_t bias = 0;
    bool is_nearest = true;
    const int whole = 512 / (2 * step) * (2 * step);  // ties alternate between two samples
    for (int x = 0; x < whole; ++x) {
      const int error = static_cast<int>(sample_of(picture, x)) * step - (first + x);
      bias += error;
      is_nearest = is_nearest && 2 * std::abs(error) <= step;
    }
    CAPTURE(depth);
    CHECK(is_nearest);
    CHECK(std::abs(bias) <= step);
  }
}

TEST_CASE("rows of 8-bit RGB are converted in vectors as all others are, on every target") {
  std::mt19937 random(3);
  for (const uint32_t width : {1u, 7u, 8u, 15u, 16u, 33u, 100u}) {
    PictureHeader header;
    header.width = width;
    header.height = 3;
    header.channels = 4;
    header.depth = 8;
    std::vector<Plane<uint16_t>> planes;
    for (int p = 0; p < header.planes(); ++p) {
      Plane<uint16_t>& plane = planes.emplace_back(header.padded_width(), header.padded_height());
      for (int y = 0; y < plane.height(); ++y) {
        for (int x = 0; x < plane.width(); ++x) plane.row(y)[x] = static_cast<uint16_t>(random() % 1024);
      }
    }
    const Picture with_alpha = from_planes(planes, header, 1);  // one sample after the other
    header.channels = 3;
    planes.pop_back();
    for_each_target([&] {
      const Picture picture = from_planes(planes, header, 1);
      bool same = true;
      for (size_t i = 0; i < size_t{width} * 3; ++i) {
        for (size_t c = 0; c < 3; ++c) same = same && picture.samples[3 * i + c] == with_alpha.samples[4 * i + c];
      }
      CHECK(same);
    });
  }
}
