// Deblocking: smooths the jumps that quantization leaves between blocks. Normative.
//
// Across an edge, both sides are continued to it by a line fitted to their nearest samples; the gap D between the two
// is what the edge is taken to have added. A ramp removes it:
//   p[i] += g(D) * (L - i) / (2 L + 1),   q[i] -= the same,   i = 0 .. L - 1
// with p[0], q[0] next to the edge, so each side keeps its own texture. The reach L is 1, 3 or 7 for edges whose
// smaller neighbour is 4, 8 or at least 16 samples across, less where the signal is not smooth (second differences over
// the four lines of a cell, as in HEVC: Norkin et al., "HEVC deblocking filter", IEEE TCSVT 22(12), 2012). g is a tent:
// g(D) = D up to half of a limit, from there it falls to 0 at the limit, so that real edges stay. All limits are
// proportional to the quantization step (geometric mean of both blocks).
//
// An edge reads L + 1 samples a side and a block is at least 2 (L + 1) samples across, so edges of one direction never
// see each other and may be filtered in any order; all vertical edges come before the horizontal ones.
#pragma once

#include <array>
#include <cstdint>

#include "base/plane.h"
#include "picture/cell.h"

namespace laq {

inline constexpr int kMaxDeblockStrength = 7;  // 0: off

// The limits of a strength (1..kMaxDeblockStrength) by step index.
class DeblockLimits {
 public:
  explicit DeblockLimits(int strength);
  // Of the gap, in 1/16 sample.
  int16_t gap(int step_index) const { return gap_[step_index]; }
  // Of the summed second differences, in samples.
  int16_t roughness(int step_index) const { return roughness_[step_index]; }

 private:
  std::array<int16_t, 256> gap_;
  std::array<int16_t, 256> roughness_;
};

// Deblocks a whole plane. plane: samples 0..max_sample (at most 4095), sides are multiples of 8; `plane_number` says
// which bit of Cell::coded_planes is its own: edges between two blocks without coefficients are left alone. strength:
// 0..kMaxDeblockStrength. cells: one for every 4x4 samples.
void deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample, int threads);

// Filters `rows`, which begin at row y0 of the picture (a multiple of kSuperblockSize): all their vertical edges, then
// their inner horizontal ones; the rows outside, and the edge at y0, are not touched.
void deblock_rows(PlaneView<uint16_t> rows, int y0, const CellMap& cells, int plane_number, const DeblockLimits& limits,
                  int max_sample);

}  // namespace laq
