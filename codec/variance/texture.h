// Texture: what a cell hides of an error beyond what its variance says.
//
// At the same variance fine, even texture is more sensitive than a few strong edges, and bright places are less
// sensitive than dark ones. The measure is linear in logarithms of local energies; its weights were fitted to the
// derivative of SSIMULACRA 2 by the error of each cell (docs/decisions.md, "Texture and edges are told apart"). Used
// by: the encoder of pictures, for step_field.h.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace laq {

// For every 16x16 cell how much coarser its step may be than its activity says, in 1/64 of a step index; around 0 on
// the mean of many pictures.
//   plane: luma of `depth` bits, sides multiples of 8; activity: local_activity() of it.
// Shape: ceil(width / 16) x ceil(height / 16).
Plane<int16_t> texture_offset(const PlaneView<const uint16_t>& plane, int depth, const Plane<int16_t>& activity);

}  // namespace laq
