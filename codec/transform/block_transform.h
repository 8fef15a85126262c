// Fixed-point block transforms: separable DCT-II and DST-VII on blocks of 4..64 x 4..64 samples.
//
// A transform along one axis is a matrix product: y = (M x + 2^(shift-1)) >> shift, in 32-bit integers that wrap, with
//   M[k][n] = round(2^13 * basis(k, n)),
//   DCT-II:  basis = sqrt(2/N) * c(k) * cos(pi (2n + 1) k / (2N)),          c(0) = sqrt(1/2), else 1
//   DST-VII: basis = sqrt(4/(2N + 1)) * sin(pi (2n + 1) (k + 1) / (2N + 1))
// so both are orthonormal up to rounding. Coefficients carry kCoefficientFraction fractional bits. The result is
// normative: every implementation gives the same integers, for any input.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "transform/block_shape.h"

namespace laq {

enum class Kernel : uint8_t { dct2, dst7 };

struct TransformType {
  Kernel horizontal = Kernel::dct2;
  Kernel vertical = Kernel::dct2;
  bool operator==(const TransformType&) const = default;
};

inline constexpr int kCoefficientFraction = 2;  // coefficient = orthonormal coefficient * 4
inline constexpr int kMaxDstSize = 32;          // DST-VII exists for 4..32

// residual: |sample| < 2^13. coefficients: coded_width x coded_height of the shape, row-major and packed; frequency u
// along x, v along y stands at [v * coded_width + u]. Passes: columns (vertical kernel) with shift
// 13 - kCoefficientFraction, then rows with shift 13.
void forward_transform(SampleRows<const int16_t> residual, BlockShape shape, TransformType type, int32_t* coefficients);

// The inverse. The extent is a promise that makes it fast; the result does not depend on how tight it is. Passes:
// columns with shift 13, then rows with shift 13 + kCoefficientFraction; the result is clamped to int16_t.
void inverse_transform(const int32_t* coefficients, NonzeroExtent nonzero, BlockShape shape, TransformType type,
                       SampleRows<int16_t> residual);

}  // namespace laq
