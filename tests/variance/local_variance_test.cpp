#include "variance/local_variance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace laq;

namespace {

constexpr int kActivityOfFloor = 80;  // 16 log2(32)

template <class Sample>
Plane<uint16_t> plane_of(int width, int height, Sample&& sample) {
  Plane<uint16_t> plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.row(y)[x] = static_cast<uint16_t>(sample(x, y));
  }
  return plane;
}

bool equal(const Plane<int16_t>& a, const Plane<int16_t>& b) {
  if (a.width() != b.width() || a.height() != b.height()) return false;
  for (int y = 0; y < a.height(); ++y) {
    if (!std::equal(a.row(y), a.row(y) + a.width(), b.row(y))) return false;
  }
  return true;
}

// Noise whose strength differs from cell to cell.
int textured(int x, int y) {
  std::mt19937 random(static_cast<unsigned>(x * 1000 + y));
  return 300 + static_cast<int>(random() % (1u << (1 + x / 8 % 3 * 3)));
}

}  // namespace

TEST_CASE("the fixed-point logarithm is within one sixteenth of the true one and never falls") {
  for (const int fraction : {0, 12, 16, 20}) {
    int before = log2_fixed(1, fraction);
    bool near = true, rises = true;
    for (uint64_t x = 1; x < uint64_t{1} << 50; x += 1 + x / 37) {
      const int value = log2_fixed(x, fraction);
      near = near && std::abs(value - 16 * (std::log2(static_cast<double>(x)) - fraction)) < 1;
      rises = rises && value >= before;
      before = value;
    }
    CHECK(near);
    CHECK(rises);
    CHECK(log2_fixed(uint64_t{1} << 30, fraction) == 16 * (30 - fraction));
  }
}

TEST_CASE("a constant plane has the activity of the floor, whatever its value") {
  for (const int value : {0, 1, 700, 1023}) {
    const auto activity = local_activity(plane_of(24, 16, [&](int, int) { return value; }).view(), 10);
    CHECK(activity.width() == 3);
    CHECK(activity.height() == 2);
    for (int i = 0; i < 6; ++i) CHECK(activity.row(i / 3)[i % 3] == kActivityOfFloor);
  }
}

TEST_CASE("the activity of a block made by hand is that of its variance") {
  // Half of the samples 400, half 480: variance 40^2 in tenth bits, 100 in 8-bit levels.
  const auto halves = plane_of(8, 8, [](int x, int) { return x < 4 ? 400 : 480; });
  CHECK(std::abs(local_activity(halves.view(), 10).row(0)[0] - 16 * std::log2(100 + kFloor)) <= 1);
  // One sample of 64 differs by 64 8-bit levels: variance 64^2 (1/64 - 1/64^2).
  const auto spike = plane_of(8, 8, [](int x, int y) { return x == 3 && y == 5 ? 512 : 256; });
  CHECK(std::abs(local_activity(spike.view(), 10).row(0)[0] - 16 * std::log2(63 + kFloor)) <= 1);
  // The largest there is.
  const auto board = plane_of(8, 8, [](int x, int y) { return (x + y) % 2 * 4095; });
  CHECK(std::abs(local_activity(board.view(), 12).row(0)[0] - 16 * 14) <= 1);
}

TEST_CASE("activity does not change with brightness, nor when cells are mirrored inside") {
  const auto activity = local_activity(plane_of(48, 32, textured).view(), 10);
  const auto brighter = plane_of(48, 32, [](int x, int y) { return textured(x, y) + 200; });
  const auto mirrored = plane_of(48, 32, [](int x, int y) { return textured(x ^ 7, y ^ 7); });
  const auto negative = plane_of(48, 32, [](int x, int y) { return 1023 - textured(x, y); });
  CHECK(equal(activity, local_activity(brighter.view(), 10)));
  CHECK(equal(activity, local_activity(mirrored.view(), 10)));
  CHECK(equal(activity, local_activity(negative.view(), 10)));
}

TEST_CASE("the same picture in more bits has the same activity") {
  const auto deeper = plane_of(48, 32, [](int x, int y) { return 4 * textured(x, y); });
  CHECK(equal(local_activity(plane_of(48, 32, textured).view(), 10), local_activity(deeper.view(), 12)));
}
