// The deblocking filter against the formulas of its header in plain loops, and what it promises.
#include "picture/filter/deblock.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "for_each_target.h"
#include "picture/random_partition.h"
#include "quantize/step.h"

namespace {

using laq::Plane;
using laq::picture::Cell;
using laq::picture::CellMap;
using laq::picture::kCellSize;
using laq::test::for_each_target;

// One line across an edge: q(0) is the first sample behind it, p(0) the last before it.
struct Line {
  uint16_t* at;
  ptrdiff_t across;

  int p(int i) const { return at[-(i + 1) * across]; }
  int q(int i) const { return at[i * across]; }
  int difference(int i) const { return std::clamp(q(i) - p(i), -1023, 1023); }
  int pair_difference(int i) const { return std::clamp(q(i) - p(i) + q(i + 1) - p(i + 1), -1023, 1023); }

  // |p(0) - 2 p(i) + p(2 i)| + the same of q
  int bend(int i) const { return std::abs(p(0) - 2 * p(i) + p(2 * i)) + std::abs(q(0) - 2 * q(i) + q(2 * i)); }
  int slope() const { return std::abs(p(0) - p(1)) + std::abs(q(0) - q(1)); }

  int sixteenfold_gap(int reach) const {
    if (reach == 1) return 8 * (3 * difference(0) - difference(1));
    if (reach == 3) return 13 * difference(0) + 8 * difference(1) + difference(2) - 6 * difference(3);
    const int twice = 13 * pair_difference(0) + 8 * pair_difference(2) + pair_difference(4) - 6 * pair_difference(6);
    return (twice + 1) >> 1;
  }

  // ramp: in 1/2048 of the gap
  void filter(const std::vector<int>& ramp, int limit, int max_sample) {
    const int reach = static_cast<int>(ramp.size());
    const int gap = sixteenfold_gap(reach);
    const int magnitude = std::min(std::abs(gap), std::max(limit - std::abs(gap), 0));
    for (int i = 0; i < reach; ++i) {
      const int correction = ((gap < 0 ? -magnitude : magnitude) * ramp[i] + (1 << 14)) >> 15;
      at[-(i + 1) * across] = static_cast<uint16_t>(std::clamp(p(i) + correction, 0, max_sample));
      at[i * across] = static_cast<uint16_t>(std::clamp(q(i) - correction, 0, max_sample));
    }
  }
};

// How many of step / 16, step / 8, step / 4 .. the sum reaches, in steps of 1/1024 sample.
int roughness(int64_t sum, int64_t step) {
  int reached = 0;
  while ((sum << 14) >= step << reached) ++reached;
  return reached;
}

// The ramp that format.md gives; empty where the side is left alone.
std::vector<int> reference_ramp(uint16_t* at, ptrdiff_t across, ptrdiff_t along, int log2_size, int64_t step) {
  int near = 0, wide = 0, wider = 0;
  for (int i = 0; i < kCellSize; ++i) {
    const Line line{at + i * along, across};
    near += log2_size == 2 ? line.slope() : line.bend(1);
    wide += log2_size >= 4 ? line.bend(3) : 0;
    wider += log2_size >= 5 ? line.bend(7) : 0;
  }
  const int rough = roughness(near, step);
  if (rough > 6) return {};
  if (log2_size >= 5 && roughness(wide, step) <= 1 && roughness(wider, step) <= 1) {
    return {991, 925, 859, 793, 727, 661, 595, 528, 462, 396, 330, 264, 198, 132, 66};
  }
  if (log2_size >= 4 && roughness(wide, step) <= 2) return {922, 778, 635, 492, 348, 225, 102};
  if (log2_size >= 3 && rough <= 3) {
    const std::vector<int> smooth[] = {{860, 614, 389}, {840, 532, 287}, {799, 410, 164}, {758, 287, 41}};
    return smooth[rough];
  }
  const int local[] = {901, 881, 840, 778, 717, 635, 512};
  return {local[rough]};
}

void reference_cell_side(uint16_t* at, ptrdiff_t across, ptrdiff_t along, const Cell& before, const Cell& after,
                         int log2_size, int plane_number, const laq::picture::DeblockSteps& steps, int max_sample) {
  const bool coded = (before.coded_planes | after.coded_planes) >> plane_number & 1;
  const bool intra =
      before.prediction == laq::picture::Prediction::intra && after.prediction == laq::picture::Prediction::intra;
  if (!coded && !intra) return;
  const uint32_t step = steps.step((before.step_index + after.step_index + 1) / 2);
  const std::vector<int> ramp = reference_ramp(at, across, along, log2_size, step);
  const int limit = static_cast<int>(std::min<uint32_t>(step >> 6, 16 * 1023));
  for (int i = 0; i < kCellSize && !ramp.empty(); ++i) Line{at + i * along, across}.filter(ramp, limit, max_sample);
}

void reference_deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample) {
  const laq::picture::DeblockSteps steps(strength);
  for (int y = 0; y < cells.height(); ++y) {
    for (int x = 1; x < cells.width(); ++x) {
      const Cell &before = cells.row(y)[x - 1], &after = cells.row(y)[x];
      if (x * kCellSize % (1 << after.log2_width) != 0) continue;
      reference_cell_side(plane.row(y * kCellSize) + x * kCellSize, 1, plane.stride(), before, after,
                          std::min(before.log2_width, after.log2_width), plane_number, steps, max_sample);
    }
  }
  for (int y = 1; y < cells.height(); ++y) {
    for (int x = 0; x < cells.width(); ++x) {
      const Cell &before = cells.row(y - 1)[x], &after = cells.row(y)[x];
      if (y * kCellSize % (1 << after.log2_height) != 0) continue;
      reference_cell_side(plane.row(y * kCellSize) + x * kCellSize, plane.stride(), 1, before, after,
                          std::min(before.log2_height, after.log2_height), plane_number, steps, max_sample);
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

constexpr int kStep = 112;  // 32 samples

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
        const laq::picture::test::RandomPartition partition(width, height, 40 + 16 * static_cast<int>(seed), seed);
        // From nearly flat to pure noise, so that all reaches and none occur.
        auto plane = blocky_plane(partition.cells(), 3 << seed % 6, (1 << seed % 4) - 1 + (seed == 11 ? max_sample : 0),
                                  max_sample, seed);
        auto expected = copy_of(plane);
        reference_deblock(expected, partition.cells(), 1, strength, max_sample);
        auto threaded = copy_of(plane);
        laq::picture::deblock(plane, partition.cells(), 1, strength, max_sample, 1);
        laq::picture::deblock(threaded, partition.cells(), 1, strength, max_sample, 3);
        REQUIRE(equal(plane, expected));
        REQUIRE(equal(threaded, expected));
      }
    }
  });
}

TEST_CASE("deblocking of strength 0, or between copies without coefficients, changes nothing") {
  CellMap cells = two_blocks(true, kStep);
  for (int y = 0; y < cells.height(); ++y) {
    for (int x = 0; x < cells.width(); ++x) {
      cells.row(y)[x].prediction = laq::picture::Prediction::copy;
      cells.row(y)[x].coded_planes = 2;
    }
  }
  auto plane = edge_plane(true, 300, 304);
  const auto before = copy_of(plane);
  laq::picture::deblock(plane, cells, 1, 0, 1023, 1);
  CHECK(equal(plane, before));
  laq::picture::deblock(plane, cells, 0, 7, 1023, 1);
  CHECK(equal(plane, before));
  laq::picture::deblock(plane, cells, 1, 7, 1023, 1);
  CHECK(!equal(plane, before));
}

TEST_CASE("a seam between blocks that are predicted without coefficients is smoothed, as at a tile's border") {
  for (const bool side_by_side : {true, false}) {
    CellMap cells = two_blocks(side_by_side, kStep);
    for (int y = 0; y < cells.height(); ++y) {
      for (int x = 0; x < cells.width(); ++x) cells.row(y)[x].coded_planes = 0;
    }
    auto plane = edge_plane(side_by_side, 300, 304);
    laq::picture::deblock(plane, cells, 0, 4, 1023, 1);
    const int before = side_by_side ? plane.row(5)[31] : plane.row(31)[5];
    const int after = side_by_side ? plane.row(5)[32] : plane.row(32)[5];
    CHECK(after - before <= 1);
  }
}

TEST_CASE("a gap in rough ground is left alone where the same gap in flat ground is smoothed") {
  const int step = static_cast<int>(laq::quantization_step(kStep) >> laq::kStepFraction);
  for (const bool side_by_side : {true, false}) {
    const CellMap cells = two_blocks(side_by_side, kStep);
    auto flat = edge_plane(side_by_side, 300, 300 + step / 4);
    auto rough = copy_of(flat);
    for (int y = 0; y < rough.height(); ++y) {
      for (int x = 0; x < rough.width(); ++x) {
        if ((side_by_side ? x : y) % 2) rough.row(y)[x] = static_cast<uint16_t>(rough.row(y)[x] + step);
      }
    }
    const auto flat_before = copy_of(flat), rough_before = copy_of(rough);
    laq::picture::deblock(flat, cells, 0, 4, 1023, 1);
    laq::picture::deblock(rough, cells, 0, 4, 1023, 1);
    CHECK(!equal(flat, flat_before));
    CHECK(equal(rough, rough_before));
  }
}

TEST_CASE("the larger two flat blocks are, the longer is the ramp between them") {
  int previous = 0;
  for (const int log2_size : {2, 3, 4, 5}) {
    CellMap cells = two_blocks(true, kStep);
    for (int y = 0; y < cells.height(); ++y) {
      for (int x = 0; x < cells.width(); ++x) cells.row(y)[x].log2_width = static_cast<uint8_t>(log2_size);
    }
    auto plane = edge_plane(true, 300, 308);
    laq::picture::deblock(plane, cells, 0, 4, 1023, 1);
    int changed = 0;
    for (int x = 0; x < 64; ++x) changed += plane.row(9)[x] != (x < 32 ? 300 : 308);
    CHECK(changed > previous);
    previous = changed;
  }
}

TEST_CASE("deblocking leaves flat pictures and straight ramps as they are") {
  const laq::picture::test::RandomPartition partition(136, 72, kStep, 2);
  for (const int slope : {0, 1, -3}) {
    CAPTURE(slope);
    Plane<uint16_t> plane(136, 72);
    for (int y = 0; y < 72; ++y) {
      for (int x = 0; x < 136; ++x) plane.row(y)[x] = static_cast<uint16_t>(512 + slope * (x - y));
    }
    const auto before = copy_of(plane);
    laq::picture::deblock(plane, partition.cells(), 0, 7, 1023, 1);
    CHECK(equal(plane, before));
  }
}

TEST_CASE("deblocking turns a small step between two blocks into a ramp and leaves a large one") {
  const int step = static_cast<int>(laq::quantization_step(kStep) >> laq::kStepFraction);
  for (const bool side_by_side : {true, false}) {
    for (int strength = 1; strength <= laq::picture::kMaxDeblockStrength; ++strength) {
      CAPTURE(strength);
      const CellMap cells = two_blocks(side_by_side, kStep);
      auto large = edge_plane(side_by_side, 300, 300 + 4 * step);
      const auto before = copy_of(large);
      laq::picture::deblock(large, cells, 0, strength, 1023, 1);
      CHECK(equal(large, before));

      const int height = step / 8;
      auto small = edge_plane(side_by_side, 300, 300 + height);
      laq::picture::deblock(small, cells, 0, strength, 1023, 1);
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
