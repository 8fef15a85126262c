// The directional filter against the formulas of its header in plain loops, and what the loop filters promise together.
#include "picture/filter/directional_filter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <random>
#include <vector>

#include "for_each_target.h"
#include "picture/filter/deblock.h"
#include "picture/filter/loop_filter.h"
#include "picture/filter/superblock.h"
#include "picture/random_partition.h"
#include "picture/search/loop_filter_search.h"
#include "quantize/step.h"

namespace {

using laq::Plane;
using laq::picture::CellMap;
using laq::picture::DirectionalConstraint;
using laq::picture::LoopFilterParameters;
using laq::test::for_each_target;

laq::picture::BlockDirection reference_direction(const uint16_t* samples, ptrdiff_t stride, int depth) {
  int sum = 0;
  for (int i = 0; i < 64; ++i) sum += samples[i / 8 * stride + i % 8];
  std::array<std::array<int, 15>, 8> lines{}, lengths{};
  uint32_t energy = 0;
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const int difference = samples[y * stride + x] - (sum + 32) / 64;
      const int value = std::clamp(difference >> (depth > 10 ? depth - 10 : 0), -255, 255);
      energy += static_cast<uint32_t>(value * value);
      const int line[8] = {y + x, y + x / 2, y, 3 + y - x / 2, 7 + y - x, 3 + x - y / 2, x, x + y / 2};
      for (int d = 0; d < 8; ++d) {
        lines[d][line[d]] += value;
        ++lengths[d][line[d]];
      }
    }
  }
  std::array<uint32_t, 8> explained{};
  for (int d = 0; d < 8; ++d) {
    for (int i = 0; i < 15; ++i) {
      if (lengths[d][i] == 0) continue;
      explained[d] += static_cast<uint32_t>(lines[d][i] * lines[d][i]) * static_cast<uint32_t>(840 / lengths[d][i]);
    }
  }
  const auto best = std::max_element(explained.begin(), explained.end()) - explained.begin();
  const uint32_t contrast = explained[best] - explained[(best + 4) % 8];
  energy *= 840;
  const int clarity = contrast >= energy / 2 ? 4 : contrast >= energy / 4 ? 3 : contrast >= energy / 8 ? 2 : 1;
  return {static_cast<uint8_t>(best), static_cast<uint8_t>(clarity)};
}

// `sample(x, y)` gives the samples around the block, x and y from -2 to 9.
template <class Sample>
int reference_filter(Sample&& sample, int x, int y, int direction, const DirectionalConstraint& constraint) {
  // First and second neighbour along each direction, (x, y).
  constexpr int kNeighbours[8][2][2] = {{{1, -1}, {2, -2}}, {{1, 0}, {2, -1}}, {{1, 0}, {2, 0}}, {{1, 0}, {2, 1}},
                                        {{1, 1}, {2, 2}},   {{0, 1}, {1, 2}},  {{0, 1}, {0, 2}}, {{0, 1}, {-1, 2}}};
  const int here = sample(x, y);
  int sum = 0, least = here, greatest = here;
  for (const int turn : {0, 2, 6}) {
    for (const int distance : {0, 1}) {
      for (const int sign : {-1, 1}) {
        const auto& step = kNeighbours[(direction + turn) % 8][distance];
        const int there = sample(x + sign * step[0], y + sign * step[1]);
        const int threshold = turn == 0 ? constraint.primary : constraint.secondary;
        const int shift = turn == 0 ? constraint.primary_shift : constraint.secondary_shift;
        const int magnitude = std::abs(there - here);
        const int kept = std::min(magnitude, std::max(0, threshold - (magnitude >> shift)));
        sum += (turn == 0 ? 4 : 2) / (distance + 1) * (there < here ? -kept : kept);
        least = std::min(least, there);
        greatest = std::max(greatest, there);
      }
    }
  }
  return std::clamp(here + ((sum + 8 - (sum < 0)) >> 4), least, greatest);
}

Plane<uint16_t> noisy_edges(int width, int height, int noise, int max_sample, unsigned seed) {
  std::mt19937 random(seed);
  Plane<uint16_t> plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int edge = (2 * x + static_cast<int>(seed % 5) * y) / 37 % 2;
      const int value = max_sample / 4 + edge * max_sample / 3 + static_cast<int>(random() % (2 * noise + 1)) - noise;
      plane.row(y)[x] = static_cast<uint16_t>(std::clamp(value, 0, max_sample));
    }
  }
  return plane;
}

std::vector<Plane<uint16_t>> noisy_planes(int width, int height, int count, int noise, int max_sample, unsigned seed) {
  std::vector<Plane<uint16_t>> planes;
  for (int i = 0; i < count; ++i) {
    planes.push_back(noisy_edges(width, height, noise, max_sample, seed + 5 * static_cast<unsigned>(i)));
  }
  return planes;
}

std::vector<Plane<uint16_t>> copy_of(const std::vector<Plane<uint16_t>>& planes) {
  std::vector<Plane<uint16_t>> copies;
  for (const auto& plane : planes) {
    Plane<uint16_t>& copy = copies.emplace_back(plane.width(), plane.height());
    for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), copy.row(y));
  }
  return copies;
}

bool equal(const std::vector<Plane<uint16_t>>& a, const std::vector<Plane<uint16_t>>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    for (int y = 0; y < a[i].height(); ++y) {
      if (!std::equal(a[i].row(y), a[i].row(y) + a[i].width(), b[i].row(y))) return false;
    }
  }
  return true;
}

LoopFilterParameters some_parameters() {
  LoopFilterParameters parameters;
  parameters.deblock_strength = {3, 5, 1};
  parameters.damping = 2;
  parameters.presets = 3;
  parameters.preset[0] = {{4, 2}, {2, 1}};
  parameters.preset[1] = {{15, 0}, {0, 0}};
  parameters.preset[2] = {{0, 7}, {15, 7}};
  return parameters;
}

laq::picture::SuperblockPresets random_presets(int width, int height, int presets, unsigned seed) {
  std::mt19937 random(seed);
  laq::picture::SuperblockPresets chosen = laq::picture::make_superblock_presets(width, height);
  for (int y = 0; y < chosen.height(); ++y) {
    for (int x = 0; x < chosen.width(); ++x) chosen.row(y)[x] = static_cast<uint8_t>(random() % (presets + 1));
  }
  return chosen;
}

void reference_directional_filter(std::vector<Plane<uint16_t>>& planes, const CellMap& cells,
                                  const laq::picture::SuperblockPresets& presets,
                                  const LoopFilterParameters& parameters, int max_sample) {
  const std::vector<Plane<uint16_t>> before = copy_of(planes);
  const int width = planes[0].width(), height = planes[0].height();
  for (int y0 = 0; y0 < height; y0 += 8) {
    for (int x0 = 0; x0 < width; x0 += 8) {
      const int chosen = presets.row(y0 / 64)[x0 / 64];
      int coded = 0, step = 2;
      for (const int y : {y0 / 4, y0 / 4 + 1}) {
        for (const int x : {x0 / 4, x0 / 4 + 1}) {
          coded |= cells.row(y)[x].coded_planes;
          step += cells.row(y)[x].step_index;
        }
      }
      if (chosen == 0 || coded == 0) continue;
      const auto direction = reference_direction(before[0].row(y0) + x0, before[0].stride(),
                                                 std::bit_width(static_cast<unsigned>(max_sample)));
      for (size_t plane = 0; plane < planes.size(); ++plane) {
        const auto strength = plane == 0 ? parameters.preset[chosen - 1].luma : parameters.preset[chosen - 1].chroma;
        const auto constraint = laq::picture::directional_constraint(
            strength, parameters.damping, laq::quantization_step(step / 4), plane == 0 ? direction.clarity : 4);
        const auto sample = [&](int x, int y) {
          return before[plane].row(std::clamp(y0 + y, 0, height - 1))[std::clamp(x0 + x, 0, width - 1)];
        };
        for (int y = 0; y < 8; ++y) {
          for (int x = 0; x < 8; ++x) {
            planes[plane].row(y0 + y)[x0 + x] =
                static_cast<uint16_t>(reference_filter(sample, x, y, direction.direction, constraint));
          }
        }
      }
    }
  }
}

struct Size {
  int width;
  int height;
};
constexpr Size kSizes[] = {{8, 8}, {72, 8}, {8, 136}, {200, 264}, {192, 128}};

}  // namespace

TEST_CASE("the direction of a block is that of the least variance along its lines, on every target") {
  for_each_target([] {
    std::mt19937 random(3);
    for (int trial = 0; trial < 600; ++trial) {
      const int depth = trial % 2 ? 10 : 12, maximum = (1 << depth) - 1;
      Plane<uint16_t> block(8, 8);
      const int dx = static_cast<int>(random() % 9) - 4, dy = static_cast<int>(random() % 9) - 4;
      const unsigned noise = 1u << random() % static_cast<unsigned>(depth);
      for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x) {
          const int stripes = (dx * x + dy * y) & 4 ? maximum / 2 : 0;
          block.row(y)[x] = static_cast<uint16_t>(std::min(stripes + static_cast<int>(random() % noise), maximum));
        }
      }
      const auto found = laq::picture::find_direction(block.row(0), block.stride(), depth);
      const auto expected = reference_direction(block.row(0), block.stride(), depth);
      REQUIRE(found.direction == expected.direction);
      REQUIRE(found.clarity == expected.clarity);
    }
  });
}

TEST_CASE("clear stripes are recognised in all eight directions") {
  // Steps along the stripes, (x, y).
  constexpr int kSteps[8][2] = {{1, -1}, {2, -1}, {1, 0}, {2, 1}, {1, 1}, {1, 2}, {0, 1}, {-1, 2}};
  for (int d = 0; d < 8; ++d) {
    CAPTURE(d);
    Plane<uint16_t> block(8, 8);
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        const int across = x * kSteps[d][1] - y * kSteps[d][0];
        block.row(y)[x] = static_cast<uint16_t>(500 + 10 * across);
      }
    }
    const auto found = laq::picture::find_direction(block.row(0), block.stride(), 10);
    CHECK(static_cast<int>(found.direction) == d);
    CHECK(static_cast<int>(found.clarity) >= 3);
  }
}

TEST_CASE("a block is filtered by the formula on every target") {
  for_each_target([] {
    std::mt19937 random(4);
    for (int trial = 0; trial < 400; ++trial) {
      Plane<uint16_t> from(12, 12), to(8, 8);
      const unsigned amplitude = 1u << random() % 13;
      for (int y = 0; y < 12; ++y) {
        for (int x = 0; x < 12; ++x) from.row(y)[x] = static_cast<uint16_t>(random() % amplitude);
      }
      const laq::picture::DirectionalStrength strength{static_cast<uint8_t>(random() % 16),
                                                       static_cast<uint8_t>(random() % 8)};
      const auto constraint = laq::picture::directional_constraint(
          strength, static_cast<int>(random() % 4), laq::quantization_step(static_cast<int>(random() % 256)),
          1 + static_cast<int>(random() % 4));
      for (int direction = 0; direction < 8; ++direction) {
        laq::picture::filter_direction(from.row(2) + 2, from.stride(), direction, constraint, to.row(0), to.stride());
        const auto sample = [&](int x, int y) -> int { return from.row(y + 2)[x + 2]; };
        bool same = true;
        for (int y = 0; y < 8; ++y) {
          for (int x = 0; x < 8; ++x) same &= to.row(y)[x] == reference_filter(sample, x, y, direction, constraint);
        }
        REQUIRE(same);
      }
    }
  });
}

TEST_CASE("both loop filters together are their formulas, for any picture size, presets and number of threads") {
  for (const Size size : kSizes) {
    const int width = size.width, height = size.height;
    for (const int count : {1, 3}) {
      for (unsigned seed = 0; seed < 3; ++seed) {
        CAPTURE(width);
        CAPTURE(count);
        const int max_sample = seed % 2 ? 4095 : 1023;
        const laq::picture::test::RandomPartition partition(width, height, 80, seed);
        auto planes = noisy_planes(width, height, count, 8, max_sample, seed);
        auto expected = copy_of(planes), threaded = copy_of(planes);
        const LoopFilterParameters parameters = some_parameters();
        const auto presets = random_presets(width, height, parameters.presets, seed);
        for (int plane = 0; plane < count; ++plane) {
          laq::picture::deblock(expected[plane], partition.cells(), plane, parameters.deblock_strength[plane],
                                max_sample, 1);
        }
        reference_directional_filter(expected, partition.cells(), presets, parameters, max_sample);
        laq::picture::apply_loop_filter(planes, partition.cells(), presets, parameters, max_sample, 1);
        laq::picture::apply_loop_filter(threaded, partition.cells(), presets, parameters, max_sample, 3);
        REQUIRE(equal(planes, expected));
        REQUIRE(equal(threaded, expected));
      }
    }
  }
}

TEST_CASE("loop filters that are off, or meet a flat picture, change nothing") {
  const laq::picture::test::RandomPartition partition(136, 136, 100, 5);
  auto planes = noisy_planes(136, 136, 3, 10, 1023, 5);
  const auto before = copy_of(planes);
  laq::picture::apply_loop_filter(planes, partition.cells(), laq::picture::make_superblock_presets(136, 136), {}, 1023,
                                  1);
  CHECK(equal(planes, before));

  std::vector<Plane<uint16_t>> flat;
  for (int i = 0; i < 3; ++i) {
    Plane<uint16_t>& plane = flat.emplace_back(136, 136);
    for (int y = 0; y < 136; ++y) std::fill_n(plane.row(y), 136, static_cast<uint16_t>(1023 - i));
  }
  const auto flat_before = copy_of(flat);
  laq::picture::apply_loop_filter(flat, partition.cells(), random_presets(136, 136, 3, 5), some_parameters(), 1023, 1);
  CHECK(equal(flat, flat_before));
}

TEST_CASE("the directional filter takes noise off the sides of an edge and leaves the edge") {
  constexpr int kStep = 100;  // 19 samples
  Plane<uint16_t> plane(64, 64);
  CellMap cells(16, 16);
  std::mt19937 random(6);
  const auto clean = [](int x, int y) { return x + y < 64 ? 200 : 700; };
  for (int y = 0; y < 64; ++y) {
    std::fill_n(cells.row(y / 4), 16, laq::picture::Cell{3, 3, 0, 0, kStep, 1, {}, {}});
    for (int x = 0; x < 64; ++x)
      plane.row(y)[x] = static_cast<uint16_t>(clean(x, y) + static_cast<int>(random() % 13) - 6);
  }
  const auto error = [&](const Plane<uint16_t>& p) {
    int sum = 0;
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) sum += (p.row(y)[x] - clean(x, y)) * (p.row(y)[x] - clean(x, y));
    }
    return sum;
  };
  const int before = error(plane);
  std::vector<Plane<uint16_t>> planes;
  planes.push_back(std::move(plane));
  LoopFilterParameters parameters;
  parameters.presets = 1;
  parameters.preset[0] = {{8, 4}, {}};
  laq::picture::SuperblockPresets presets = laq::picture::make_superblock_presets(64, 64);
  presets.row(0)[0] = 1;
  laq::picture::apply_loop_filter(planes, cells, presets, parameters, 1023, 1);
  CHECK(error(planes[0]) < before / 2);
}

TEST_CASE("the encoder's choice lowers the error, comes back applied, and does not depend on threads") {
  constexpr int kWidth = 200, kHeight = 136, kMaxSample = 1023;
  const laq::picture::test::RandomPartition partition(kWidth, kHeight, 80, 7);
  const auto source = noisy_planes(kWidth, kHeight, 3, 0, kMaxSample, 7);
  const auto decoded = noisy_planes(kWidth, kHeight, 3, 6, kMaxSample, 7);
  const auto error = [&](const std::vector<Plane<uint16_t>>& planes) {
    double sum = 0;
    for (size_t i = 0; i < planes.size(); ++i) {
      for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
          const double d = planes[i].row(y)[x] - source[i].row(y)[x];
          sum += d * d;
        }
      }
    }
    return sum;
  };
  for (const int effort : {1, 3, 5, 9}) {
    CAPTURE(effort);
    auto chosen = copy_of(decoded), threaded = copy_of(decoded), applied = copy_of(decoded);
    const auto choice = laq::picture::choose_loop_filter(chosen, source, partition.cells(), kMaxSample,
                                                         {laq::picture::effort_row(effort), false}, 1);
    const auto again = laq::picture::choose_loop_filter(threaded, source, partition.cells(), kMaxSample,
                                                        {laq::picture::effort_row(effort), false}, 3);
    laq::picture::apply_loop_filter(applied, partition.cells(), choice.presets, choice.parameters, kMaxSample, 2);
    CHECK(equal(chosen, applied));
    CHECK(equal(threaded, applied));
    CHECK(choice.parameters.presets == again.parameters.presets);
    if (effort > 1) CHECK(error(chosen) < 0.8 * error(decoded));
    for (int y = 0; y < choice.presets.height(); ++y) {
      for (int x = 0; x < choice.presets.width(); ++x) CHECK(choice.presets.row(y)[x] <= choice.parameters.presets);
    }
  }
}
