#include "variance/local_variance.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

using namespace laq;

namespace {

template <class Sample>
Plane<uint16_t> plane_of(int width, int height, Sample&& sample) {
  Plane<uint16_t> plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.row(y)[x] = static_cast<uint16_t>(sample(x, y));
  }
  return plane;
}

Plane<int16_t> offset_of(const Plane<uint16_t>& plane, int depth = 10) {
  return texture_offset(plane.view(), depth, local_activity(plane.view(), depth));
}

// In the middle of a picture that is the same everywhere.
template <class Sample>
int middle_offset(Sample&& sample) {
  return offset_of(plane_of(48, 48, sample)).row(1)[1];
}

int noise(int x, int y, int amplitude) {
  std::mt19937 random(static_cast<unsigned>(x * 1000 + y));
  return static_cast<int>(random() % static_cast<unsigned>(2 * amplitude + 1)) - amplitude;
}

}  // namespace

TEST_CASE("of two cells of like variance the one with fine texture gets the finer step") {
  // Variances about 3300 and 3600.
  const int fine = middle_offset([](int x, int y) { return 500 + noise(x, y, 100); });
  const int edge = middle_offset([](int x, int) { return x % 16 < 8 ? 440 : 560; });
  CHECK(fine + 4 * 64 < edge);
}

TEST_CASE("brighter places get coarser steps") {
  const auto at = [](int level) { return middle_offset([=](int x, int y) { return level + noise(x, y, 40); }); };
  CHECK(at(200) < at(500));
  CHECK(at(500) < at(900));
}

TEST_CASE("contrast alone hardly matters") {
  const auto with = [](int amplitude) {
    return middle_offset([=](int x, int y) { return 500 + noise(x, y, amplitude); });
  };
  CHECK(std::abs(with(100) - with(200)) < 48);
  CHECK(std::abs(with(200) - with(400)) < 48);
}

TEST_CASE("the same picture has the same texture at any depth") {
  const auto shallow = plane_of(40, 24, [](int x, int y) { return 500 + noise(x, y, 90); });
  const auto deep = plane_of(40, 24, [&](int x, int y) { return shallow.row(y)[x] * 4; });
  const auto a = offset_of(shallow, 10), b = offset_of(deep, 12);
  CHECK(a.width() == 3);
  CHECK(a.height() == 2);
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) CHECK(std::abs(a.row(y)[x] - b.row(y)[x]) <= 16);
  }
}

TEST_CASE("extreme samples and small planes give offsets of at most half an octave and a bit") {
  for (const int depth : {10, 12}) {
    const int peak = (1 << depth) - 1;
    for (const int side : {8, 16, 24}) {
      for (const int period : {1, 2, 8}) {
        const auto offset = offset_of(
            plane_of(side, side, [=](int x, int y) { return (x / period + y / period) % 2 ? peak : 0; }), depth);
        for (int y = 0; y < offset.height(); ++y) {
          for (int x = 0; x < offset.width(); ++x) CHECK(std::abs(offset.row(y)[x]) < 64 * 16);
        }
      }
    }
    const auto flat = offset_of(plane_of(16, 16, [](int, int) { return 0; }), depth);
    CHECK(std::abs(flat.row(0)[0]) < 64 * 16);
  }
}
