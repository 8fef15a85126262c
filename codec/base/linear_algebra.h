// Vectors of doubles: the loops of the adaptive predictors. Sums run in eight parts of a fixed order, without fused
// operations, so that every CPU gives the same bits. Counts are multiples of kDoubles; arrays need no alignment.
#pragma once

#include <cstddef>

namespace laq {

inline constexpr int kDoubles = 8;

double dot(const double* a, const double* b, int count);

// out += factor * a
void add_scaled(double* out, const double* a, double factor, int count);

// The lower triangle (and what shares a group of eight with it) of matrix += a a^T; rows of `count` elements.
void add_outer_product(double* matrix, const double* a, int count);

// Solves (matrix + ridge I) x = b by Cholesky's factorization, where matrix is symmetric and its lower triangle given.
// factor: count x count of scratch. False where it is not positive; x is then worthless.
bool solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x);

}  // namespace laq
