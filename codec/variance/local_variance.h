// Local variance and texture: how busy a plane is around every sample, and how fine. Masking by local activity:
// Hoentsch and Karam, "Locally adaptive perceptual image coding", IEEE Trans. Image Processing 9(9), 2000; luma
// variance as its measure is also what libaom's tune=iq goes by. Used by: the encoder of pictures, for step_field.h.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace laq {

inline constexpr int kVarianceCell = 8;  // samples a side
inline constexpr int kLog2Fraction = 4;  // activities count sixteenths of an octave

// 16 * log2(x / 2^fraction), rounded; integer arithmetic, within one sixteenth. x > 0.
int log2_fixed(uint64_t x, int fraction);

// What is added to every variance: below it, the eye (and a structural similarity, whose stabilising constant is of
// this size) sees the error itself rather than its ratio to the signal. In squared 8-bit levels; found by measurement.
inline constexpr int kFloor = 32;

// For every 8x8 cell the activity 16 * log2(variance + kFloor), where variance is the mean squared deviation from the
// cell's mean,
//   variance = sum(s^2) / 64 - (sum(s) / 64)^2,
// of 8-bit samples (`plane` has `depth` bits). Shape: floor(width / 8) x floor(height / 8); the plane's sides are
// multiples of 8. Range: 80 .. 16 * 14.
Plane<int16_t> local_activity(const PlaneView<const uint16_t>& plane, int depth);

// Texture is what a cell hides of an error beyond what its variance says. At the same variance fine, even texture is
// more sensitive than a few strong edges, and bright places are less sensitive than dark ones. The measure is linear in
// logarithms of local energies; its weights were fitted to the derivative of SSIMULACRA 2 by the error of each cell
// (docs/decisions.md, "Texture and edges are told apart").
//
// For every 16x16 cell how much coarser its step may be than its activity says, in 1/64 of a step index; around 0 on
// the mean of many pictures.
//   plane: luma of `depth` bits, sides multiples of 8; activity: local_activity() of it.
// Shape: ceil(width / 16) x ceil(height / 16).
Plane<int16_t> texture_offset(const PlaneView<const uint16_t>& plane, int depth, const Plane<int16_t>& activity);

}  // namespace laq
