// The deblocking filter against the formulas of its header in plain loops, and what it promises.
#include "picture/deblock.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "picture/for_each_target.h"
#include "picture/random_partition.h"
#include "quantize/step.h"

namespace {

using laq::Cell;
using laq::CellMap;
using laq::kCellSize;
using laq::Plane;
using laq::test::for_each_target;

// One line across an edge: q(0) is the first sample behind it, p(0) the last before it.
struct Line {
  uint16_t* at;
  ptrdiff_t across;

  int p(int i) const { return at[-(i + 1) * across]; }
  int q(int i) const { return at[i * across]; }
  int difference(int i) const { return std::clamp(q(i) - p(i), -1023, 1023); }
  int pair_difference(int i) const { return std::clamp(q(i) - p(i) + q(i + 1) - p(i + 1), -1023, 1023); }

  int sixteenfold_gap(int reach) const {
    if (reach == 1) return 8 * (3 * difference(0) - difference(1));
    if (reach == 3) return 13 * difference(0) + 8 * difference(1) + difference(2) - 6 * difference(3);
    const int twice = 13 * pair_difference(0) + 8 * pair_difference(2) + pair_difference(4) - 6 * pair_difference(6);
    return (twice + 1) >> 1;
  }

  void filter(int reach, int limit, int max_sample) {
    const int gap = sixteenfold_gap(reach);
    const int magnitude = std::min(std::abs(gap), std::max(limit - std::abs(gap), 0));
    for (int i = 0; i < reach; ++i) {
      // The share (reach - i) / (2 reach + 1) of 1/16, in 1/32768, rounded to nearest.
      const int share = (2048 * 2 * (reach - i) + 2 * reach + 1) / (2 * (2 * reach + 1));
      const int correction = ((gap < 0 ? -magnitude : magnitude) * share + (1 << 14)) >> 15;
      at[-(i + 1) * across] = static_cast<uint16_t>(std::clamp(p(i) + correction, 0, max_sample));
      at[i * across] = static_cast<uint16_t>(std::clamp(q(i) - correction, 0, max_sample));
    }
  }
};

void reference_cell_side(uint16_t* at, ptrdiff_t across, ptrdiff_t along, const Cell& before, const Cell& after,
                         int log2_size, int plane_number, const laq::DeblockLimits& limits, int max_sample) {
  if (!((before.coded_planes | after.coded_planes) >> plane_number & 1)) return;
  const int step = (before.step_index + after.step_index + 1) / 2;
  const int allowed = log2_size == 2 ? 1 : log2_size == 3 ? 3 : 7;
  int near = 0, wide = 0;
  for (int i = 0; i < kCellSize; ++i) {
    const Line line{at + i * along, across};
    if (allowed == 1) {
      near += std::abs(line.p(0) - line.p(1)) + std::abs(line.q(0) - line.q(1));
    } else {
      near += std::abs(line.p(0) - 2 * line.p(1) + line.p(2)) + std::abs(line.q(0) - 2 * line.q(1) + line.q(2));
    }
    if (allowed == 7) {
      wide += std::abs(line.p(0) - 2 * line.p(3) + line.p(6)) + std::abs(line.q(0) - 2 * line.q(3) + line.q(6));
    }
  }
  const int limit = limits.roughness(step);
  if (near >= 2 * limit) return;
  const int reach = near >= limit ? 1 : allowed == 7 && wide >= limit ? 3 : allowed;
  for (int i = 0; i < kCellSize; ++i) Line{at + i * along, across}.filter(reach, limits.gap(step), max_sample);
}

void reference_deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample) {
  const laq::DeblockLimits limits(strength);
  for (int y = 0; y < cells.height(); ++y) {
    for (int x = 1; x < cells.width(); ++x) {
      const Cell &before = cells.row(y)[x - 1], &after = cells.row(y)[x];
      if (x * kCellSize % (1 << after.log2_width) != 0) continue;
      reference_cell_side(plane.row(y * kCellSize) + x * kCellSize, 1, plane.stride(), before, after,
                          std::min(before.log2_width, after.log2_width), plane_number, limits, max_sample);
    }
  }
  for (int y = 1; y < cells.height(); ++y) {
    for (int x = 0; x < cells.width(); ++x) {
      const Cell &before = cells.row(y - 1)[x], &after = cells.row(y)[x];
      if (y * kCellSize % (1 << after.log2_height) != 0) continue;
      reference_cell_side(plane.row(y * kCellSize) + x * kCellSize, plane.stride(), 1, before, after,
                          std::min(before.log2_height, after.log2_height), plane_number, limits, max_sample);
    }
  }
}

// A smooth surface, one offset a block and noise: amplitudes in samples.
Plane<uint16_t> blocky_plane(const CellMap& cells, int offset, int noise, int max_sample, unsigned seed) {
  std::mt19937 random(seed);
  const auto any = [&](int amplitude) { return static_cast<int>(random() % (2 * amplitude + 1)) - amplitude; };
  Plane<uint16_t> plane(cells.width() * kCellSize, cells.height() * kCellSize);
  Plane<int> offsets(cells.width(), cells.height());
  for (int y = 0; y < cells.height(); ++y) {
    for (int x = 0; x < cells.width(); ++x) {
      const Cell& cell = cells.row(y)[x];
      const int left = x & ~((1 << cell.log2_width >> 2) - 1), top = y & ~((1 << cell.log2_height >> 2) - 1);
      offsets.row(y)[x] = left == x && top == y ? any(offset) : offsets.row(top)[left];
    }
  }
  for (int y = 0; y < plane.height(); ++y) {
    for (int x = 0; x < plane.width(); ++x) {
      const int value = max_sample / 3 + 2 * x - y + offsets.row(y / kCellSize)[x / kCellSize] + any(noise);
      plane.row(y)[x] = static_cast<uint16_t>(std::clamp(value, 0, max_sample));
    }
  }
  return plane;
}

Plane<uint16_t> copy_of(const Plane<uint16_t>& plane) {
  Plane<uint16_t> copy(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), copy.row(y));
  return copy;
}

bool equal(const Plane<uint16_t>& a, const Plane<uint16_t>& b) {
  for (int y = 0; y < a.height(); ++y) {
    if (!std::equal(a.row(y), a.row(y) + a.width(), b.row(y))) return false;
  }
  return true;
}

// Two blocks of 32x32 side by side (or one above the other).
CellMap two_blocks(bool side_by_side, int step_index) {
  CellMap cells(side_by_side ? 16 : 8, side_by_side ? 8 : 16);
  for (int y = 0; y < cells.height(); ++y) {
    std::fill_n(cells.row(y), cells.width(), Cell{5, 5, 0, 0, static_cast<uint8_t>(step_index), 1, {}, {}});
  }
  return cells;
}

// `low` before the edge between the two blocks, `high` behind it.
Plane<uint16_t> edge_plane(bool side_by_side, int low, int high) {
  Plane<uint16_t> plane(side_by_side ? 64 : 32, side_by_side ? 32 : 64);
  for (int y = 0; y < plane.height(); ++y) {
    for (int x = 0; x < plane.width(); ++x) {
      plane.row(y)[x] = static_cast<uint16_t>((side_by_side ? x : y) < 32 ? low : high);
    }
  }
  return plane;
}

constexpr int kStep = 80;  // eight samples

struct Size {
  int width;
  int height;
};
constexpr Size kSizes[] = {{8, 8}, {24, 200}, {264, 72}, {136, 192}};

}  // namespace

TEST_CASE("deblocking is its formula on every target, for any partition, picture size and number of threads") {
  for_each_target([] {
    for (const Size size : kSizes) {
      const int width = size.width, height = size.height;
      CAPTURE(width);
      for (unsigned seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        const int max_sample = seed % 2 ? 1023 : 4095, strength = 1 + static_cast<int>(seed % 7);
        const laq::test::RandomPartition partition(width, height, 40 + 16 * static_cast<int>(seed), seed);
        // From nearly flat to pure noise, so that all reaches and none occur.
        auto plane = blocky_plane(partition.cells(), 3 << seed % 6, (1 << seed % 4) - 1 + (seed == 11 ? max_sample : 0),
                                  max_sample, seed);
        auto expected = copy_of(plane);
        reference_deblock(expected, partition.cells(), 1, strength, max_sample);
        auto threaded = copy_of(plane);
        laq::deblock(plane, partition.cells(), 1, strength, max_sample, 1);
        laq::deblock(threaded, partition.cells(), 1, strength, max_sample, 3);
        REQUIRE(equal(plane, expected));
        REQUIRE(equal(threaded, expected));
      }
    }
  });
}

TEST_CASE("deblocking of strength 0, or where no block has coefficients, changes nothing") {
  const laq::test::RandomPartition partition(128, 128, kStep, 1);
  auto plane = blocky_plane(partition.cells(), 8, 1, 1023, 1);
  const auto before = copy_of(plane);
  laq::deblock(plane, partition.cells(), 0, 0, 1023, 1);
  CHECK(equal(plane, before));
  laq::deblock(plane, partition.cells(), 3, 7, 1023, 1);  // there is no plane 3
  CHECK(equal(plane, before));
  laq::deblock(plane, partition.cells(), 0, 7, 1023, 1);
  CHECK(!equal(plane, before));
}

TEST_CASE("deblocking leaves flat pictures and straight ramps as they are") {
  const laq::test::RandomPartition partition(136, 72, kStep, 2);
  for (const int slope : {0, 1, -3}) {
    CAPTURE(slope);
    Plane<uint16_t> plane(136, 72);
    for (int y = 0; y < 72; ++y) {
      for (int x = 0; x < 136; ++x) plane.row(y)[x] = static_cast<uint16_t>(512 + slope * (x - y));
    }
    const auto before = copy_of(plane);
    laq::deblock(plane, partition.cells(), 0, 7, 1023, 1);
    CHECK(equal(plane, before));
  }
}

TEST_CASE("deblocking turns a small step between two blocks into a ramp and leaves a large one") {
  const int step = static_cast<int>(laq::quantization_step(kStep) >> laq::kStepFraction);
  for (const bool side_by_side : {true, false}) {
    for (int strength = 1; strength <= laq::kMaxDeblockStrength; ++strength) {
      CAPTURE(strength);
      const CellMap cells = two_blocks(side_by_side, kStep);
      auto large = edge_plane(side_by_side, 300, 300 + 4 * step);
      const auto before = copy_of(large);
      laq::deblock(large, cells, 0, strength, 1023, 1);
      CHECK(equal(large, before));

      const int height = std::max(2, step / 4);
      auto small = edge_plane(side_by_side, 300, 300 + height);
      laq::deblock(small, cells, 0, strength, 1023, 1);
      int previous = 300, greatest_step = 0;
      for (int i = 0; i < 64; ++i) {
        const int value = side_by_side ? small.row(5)[i] : small.row(i)[5];
        CHECK(value >= previous);
        greatest_step = std::max(greatest_step, value - previous);
        previous = value;
      }
      CHECK(previous == 300 + height);
      CHECK(greatest_step < height);
    }
  }
}
