// The normative matrices of the block transforms, see block_transform.h.
#pragma once

#include <cstdint>

#include "transform/block_transform.h"

namespace laq {

inline constexpr int kMatrixFraction = 13;  // M[k][n] = round(2^13 * basis(k, n))

// M[k][n], coded_size(N) rows of N samples, row-major, for N = 1 << log2_size in 4..64; DST-VII up to 32.
const int32_t* transform_matrix(Kernel kernel, int log2_size);

// The same transposed: N rows of coded_size(N) frequencies.
const int32_t* transposed_transform_matrix(Kernel kernel, int log2_size);

}  // namespace laq
