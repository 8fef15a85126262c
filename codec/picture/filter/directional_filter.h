// Directional filter: removes ringing along and beside edges without crossing them. Normative.
//
// Every 8x8 block has one of 8 directions, that along whose lines its luma varies least. A sample is corrected by the
// differences to 4 neighbours on its line (primary) and 8 on the two lines at 45 degrees to it (secondary), each held
// back by a constraint that lets small differences pass and stops large ones:
//   c(d) = sign(d) * min(|d|, max(0, T - (|d| >> shift)))
// T is a share of the block's quantization step and T << shift, where the influence ends, about step << damping.
// Source: Midtskogen and Valin, "The AV1 Constrained Directional Enhancement Filter", ICASSP 2018, arXiv 1602.05975.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "picture/syntax/filter_parameters.h"

namespace laq::picture {

inline constexpr int kDirectionalBlock = 8;  // samples a side

// Direction d runs along (kDirectionStep[d]); 0 is 45 degrees upwards to the right, 2 horizontal, 6 vertical.
struct BlockDirection {
  uint8_t direction = 0;  // 0..7
  uint8_t clarity = 0;    // 1 (none) .. 4: quarters of the primary strength that apply to luma
};

// samples: 8x8 of luma, 0 .. (1 << depth) - 1, depth 8..12.
BlockDirection find_direction(const uint16_t* samples, ptrdiff_t stride, int depth);

// The constraints of one block.
struct DirectionalConstraint {
  int16_t primary = 0;  // T, in samples, 0..1023
  int16_t secondary = 0;
  uint8_t primary_shift = 0;
  uint8_t secondary_shift = 0;
};

// step: quantization_step() of the block; damping: 0..kMaxDamping; clarity: 1..4 (4 for chroma).
DirectionalConstraint directional_constraint(DirectionalStrength strength, int damping, uint32_t step, int clarity);

// Filters the 8x8 samples at `from` (two more around them are read) to `to`. The result lies between the least and the
// greatest sample that was looked at.
void filter_direction(const uint16_t* from, ptrdiff_t from_stride, int direction,
                      const DirectionalConstraint& constraint, uint16_t* to, ptrdiff_t to_stride);

}  // namespace laq::picture
