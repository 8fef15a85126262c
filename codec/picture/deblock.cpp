#include "picture/deblock.h"

#include <algorithm>
#include <cstdlib>

#include "base/parallel.h"
#include "quantize/step.h"

namespace laq {
namespace {

// Differences are clamped to this, so that sums of them fit 16 bits; a gap that large is never filtered.
constexpr int kMaxGap = 1023;

// 32768 / 16 * (L - i) / (2 L + 1)
constexpr int kRamp1[1] = {683};
constexpr int kRamp3[3] = {878, 585, 293};
constexpr int kRamp7[7] = {956, 819, 683, 546, 410, 273, 137};

int clamp_gap(int d) {
  return std::clamp(d, -kMaxGap, kMaxGap);
}

// One line across an edge: q[i] = at[i * across], p[i] = at[-(i + 1) * across].
struct Line {
  uint16_t* at;
  ptrdiff_t across;

  int p(int i) const { return at[-(i + 1) * across]; }
  int q(int i) const { return at[i * across]; }
  int difference(int i) const { return clamp_gap(q(i) - p(i)); }
  int pair_difference(int i) const { return clamp_gap(q(i) - p(i) + q(i + 1) - p(i + 1)); }

  void remove(int gap, int limit, const int* ramp, int reach, int max_sample) {
    const int magnitude = std::min(std::abs(gap), std::max(limit - std::abs(gap), 0));
    const int tent = gap < 0 ? -magnitude : magnitude;
    for (int i = 0; i < reach; ++i) {
      const int correction = (tent * ramp[i] + (1 << 14)) >> 15;
      at[-(i + 1) * across] = static_cast<uint16_t>(std::clamp(p(i) + correction, 0, max_sample));
      at[i * across] = static_cast<uint16_t>(std::clamp(q(i) - correction, 0, max_sample));
    }
  }
};

// The four lines of a cell's side.
void filter_cell_edge(uint16_t* at, ptrdiff_t across, ptrdiff_t along, int reach, int gap_limit, int roughness_limit,
                      int max_sample) {
  int near = 0, wide = 0;
  for (int i = 0; i < kCellSize; ++i) {
    const Line line{at + i * along, across};
    if (reach == 1) {
      near += std::abs(line.p(0) - line.p(1)) + std::abs(line.q(0) - line.q(1));
    } else {
      near += std::abs(line.p(0) - 2 * line.p(1) + line.p(2)) + std::abs(line.q(0) - 2 * line.q(1) + line.q(2));
    }
    if (reach == 7) {
      wide += std::abs(line.p(0) - 2 * line.p(3) + line.p(6)) + std::abs(line.q(0) - 2 * line.q(3) + line.q(6));
    }
  }
  if (near >= 2 * roughness_limit) return;
  if (near >= roughness_limit) {
    reach = 1;
  } else if (reach == 7 && wide >= roughness_limit) {
    reach = 3;
  }
  for (int i = 0; i < kCellSize; ++i) {
    Line line{at + i * along, across};
    if (reach == 1) {
      line.remove(8 * (3 * line.difference(0) - line.difference(1)), gap_limit, kRamp1, 1, max_sample);
    } else if (reach == 3) {
      const int gap = 13 * line.difference(0) + 8 * line.difference(1) + line.difference(2) - 6 * line.difference(3);
      line.remove(gap, gap_limit, kRamp3, 3, max_sample);
    } else {
      const int gap = 13 * line.pair_difference(0) + 8 * line.pair_difference(2) + line.pair_difference(4) -
                      6 * line.pair_difference(6);
      line.remove((gap + 1) >> 1, gap_limit, kRamp7, 7, max_sample);
    }
  }
}

// The reach that blocks of this size (as a logarithm) allow.
int reach_of(int log2_size) {
  return log2_size >= 4 ? 7 : log2_size == 3 ? 3 : 1;
}

bool is_coded(const Cell& before, const Cell& after, int plane_number) {
  return (before.coded_planes | after.coded_planes) >> plane_number & 1;
}

int mean_step_index(const Cell& before, const Cell& after) {
  return (before.step_index + after.step_index + 1) / 2;
}

// The horizontal edge above cell row y; at: its first sample below.
void filter_horizontal_edge(PlaneView<uint16_t> plane, uint16_t* at, int y, const CellMap& cells, int plane_number,
                            const DeblockLimits& limits, int max_sample) {
  const Cell* above = cells.row(y - 1);
  const Cell* below = cells.row(y);
  for (int x = 0; x < plane.width / kCellSize; ++x) {
    if ((y * kCellSize) & ((1 << below[x].log2_height) - 1)) continue;
    if (!is_coded(above[x], below[x], plane_number)) continue;
    const int step = mean_step_index(above[x], below[x]);
    filter_cell_edge(at + x * kCellSize, plane.stride, 1,
                     reach_of(std::min(above[x].log2_height, below[x].log2_height)), limits.gap(step),
                     limits.roughness(step), max_sample);
  }
}

}  // namespace

DeblockLimits::DeblockLimits(int strength) {
  // The limit of the gap in quarter steps.
  static constexpr int kQuarters[kMaxDeblockStrength + 1] = {0, 2, 3, 4, 6, 8, 12, 16};
  for (int i = 0; i <= kMaxStepIndex; ++i) {
    const uint64_t quarter = uint64_t{quantization_step(i)} * kQuarters[strength];
    gap_[i] = static_cast<int16_t>(std::min<uint64_t>(quarter >> (kStepFraction - 2), 16 * kMaxGap));
    roughness_[i] = static_cast<int16_t>(std::min<uint64_t>((quarter >> kStepFraction) + 1, 8191));
  }
}

void deblock_rows(PlaneView<uint16_t> rows, int y0, const CellMap& cells, int plane_number, const DeblockLimits& limits,
                  int max_sample) {
  const int columns = rows.width / kCellSize;
  for (int y = 0; y < rows.height / kCellSize; ++y) {
    const Cell* row = cells.row(y0 / kCellSize + y);
    for (int x = 1; x < columns; ++x) {
      if ((x * kCellSize) & ((1 << row[x].log2_width) - 1)) continue;
      if (!is_coded(row[x - 1], row[x], plane_number)) continue;
      const int step = mean_step_index(row[x - 1], row[x]);
      filter_cell_edge(rows.row(y * kCellSize) + x * kCellSize, 1, rows.stride,
                       reach_of(std::min(row[x - 1].log2_width, row[x].log2_width)), limits.gap(step),
                       limits.roughness(step), max_sample);
    }
  }
  for (int y = 1; y < rows.height / kCellSize; ++y) {
    filter_horizontal_edge(rows, rows.row(y * kCellSize), y0 / kCellSize + y, cells, plane_number, limits, max_sample);
  }
}

void deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample,
             int threads) {
  if (strength == 0) return;
  const DeblockLimits limits(strength);
  const int bands = (plane.height() + kSuperblockSize - 1) / kSuperblockSize;
  const PlaneView<uint16_t> view = plane.view();
  parallel_for(bands, threads, [&](int band, int) {
    const int y = band * kSuperblockSize;
    deblock_rows(view.window(0, y, view.width, std::min(kSuperblockSize, view.height - y)), y, cells, plane_number,
                 limits, max_sample);
  });
  parallel_for(bands - 1, threads, [&](int band, int) {
    const int y = (band + 1) * kSuperblockSize;
    filter_horizontal_edge(view, view.row(y), y / kCellSize, cells, plane_number, limits, max_sample);
  });
}

}  // namespace laq
