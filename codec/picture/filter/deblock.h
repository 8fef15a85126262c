// Deblocking: smooths the seams that quantization leaves between blocks. Normative.
//
// Across an edge between two blocks both sides are continued to it by a line fitted to their nearest samples; the gap
// between the two continuations is a seam that quantization made, an edge of the picture, or both. How much of the gap
// is a seam follows from the roughness of both sides against the quantization step: beside flat sides nearly all of it,
// beside rough ones little, and a gap near a whole step is an edge. The correction takes that share away,
//   p[i] += g(gap) * ramp[i],   q[i] -= the same,   i = 0 .. reach - 1
// with p[0], q[0] next to the edge, so each side keeps its own texture. g is a tent: g(gap) = gap up to half of a step,
// from there it falls to 0 at a whole one, so that edges stay.
//
// The reach is what the smaller block's size across the edge allows, 1, 3, 7 or 15 samples for 4, 8, 16 or at least 32,
// and less where the sides are not smooth that far. The ramps are shares of the gap that explain most of the error
// beside it, measured on decoded photographs (docs/tuning-log.md).
//
// An edge reads reach + 1 samples a side and a block is at least 2 (reach + 1) samples across, so edges of one
// direction never see each other and may be filtered in any order; all vertical edges come before the horizontal ones.
// Edges between tiles are edges as all others.
#pragma once

#include <array>
#include <cstdint>

#include "base/parallel.h"
#include "base/plane.h"
#include "picture/syntax/cell.h"
#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

// The quantization steps as a strength (1..kMaxDeblockStrength) takes them, 1/4 to 3 times their size: the larger, the
// more of a gap counts as a seam.
class DeblockSteps {
 public:
  explicit DeblockSteps(int strength);
  // The step, in 1/1024 of a sample.
  uint32_t step(int step_index) const { return step_[step_index]; }

 private:
  std::array<uint32_t, 256> step_;
};

// Deblocks a whole plane. plane: samples 0..max_sample (at most 4095), sides are multiples of 8; `plane_number` says
// which bit of Cell::coded_planes is its own. Edges between two blocks without coefficients are left alone where either
// is a copy or a palette. strength: 0..kMaxDeblockStrength. cells: one for every 4x4 samples.
void deblock(Plane<uint16_t>& plane, const CellMap& cells, int plane_number, int strength, int max_sample,
             const Workers& workers);

// The same in two steps or more, as samples become known. Filters the vertical edges from row `first_row` on, a
// multiple of kSuperblockSize, and the horizontal ones that are not above it; what is above has gone through this
// before. After it the last kDeblockedBelow rows are not final unless the picture ends there.
struct PlaneDeblocking {
  int plane_number;
  int strength;
  int max_sample;
};
void deblock_from(int first_row, Plane<uint16_t>& plane, const CellMap& cells, const PlaneDeblocking& deblocking,
                  const Workers& workers);

// How far the samples are that an edge changes, and those that it looks at.
inline constexpr int kDeblockedBelow = 15, kDeblockingReach = 16;

}  // namespace laq::picture
