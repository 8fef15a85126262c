// Dequantization: level to coefficient. Normative.
#pragma once

#include <algorithm>
#include <cstdint>

#include "quantize/step.h"
#include "transform/block_transform.h"

namespace laq {

// The step of one coefficient, in coding samples with kStepFraction fractional bits, from the block's step and the
// weight.
inline constexpr int kWeightFraction = 8;
inline constexpr uint32_t coefficient_step(uint32_t block_step, uint32_t weight) {
  return static_cast<uint32_t>((uint64_t{block_step} * weight + (1u << (kWeightFraction - 1))) >> kWeightFraction);
}

// The place of a value inside its cell: the distance from the cell's middle towards zero, in 1/64 of a step.
// Coefficients are Laplacian-like, so more of a cell's mass lies at its inner side (Sullivan, "Efficient scalar
// quantization of exponential and Laplacian random variables", IEEE Trans. IT 1996).
struct CentroidShift {
  uint8_t one = 0;   // for levels of +-1; 0..31
  uint8_t more = 0;  // for larger levels; 0..31
  bool operator==(const CentroidShift&) const = default;
};

inline constexpr int64_t kMaxCoefficient = (1 << 21) - 1;

// `step` as of coefficient_step(); the result has kCoefficientFraction fractional bits.
inline int32_t dequantize(int32_t level, uint32_t step, CentroidShift shift) {
  const int64_t magnitude = level < 0 ? -int64_t{level} : level;
  if (magnitude == 0) return 0;
  const int64_t position = magnitude * 64 - (magnitude == 1 ? shift.one : shift.more);
  constexpr int kShift = kStepFraction + 6 - kCoefficientFraction;
  const int64_t value = std::min((position * step + (int64_t{1} << (kShift - 1))) >> kShift, kMaxCoefficient);
  return static_cast<int32_t>(level < 0 ? -value : value);
}

}  // namespace laq
