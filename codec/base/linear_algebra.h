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

// Cholesky's factorization solves normal equations, (A + ridge I) x = b, where A is symmetric and positive.

// One system of any size. matrix: its lower triangle counts, rows of `count` elements. factor: count x count of
// scratch. False if the matrix is not positive; x is then worthless.
bool solve(const double* matrix, double ridge, const double* b, int count, double* factor, double* x);

// Eight small systems at once, one in each lane: element (i, j) of all A, i >= j, stands at
// normal_equations + packed(i, j) * stride, and b is row `count`. The ridge is a share of the mean of the diagonal.
// Element i of all x goes to x + i * stride; it is zero if it is larger than `largest`, or if there is no solution.
inline constexpr int kMostUnknowns = 16;
constexpr int packed(int i, int j) {
  return i * (i + 1) / 2 + j;
}
void solve_eight(const double* normal_equations, ptrdiff_t stride, int count, double ridge, double largest, double* x);

}  // namespace laq
