// Vectors of doubles: the loops of the adaptive predictors. Sums run in eight parts of a fixed order, without fused
// operations, so that every CPU gives the same bits. Counts are multiples of kDoubles; arrays need no alignment.
#pragma once

#include <cstddef>

namespace laq {

inline constexpr int kDoubles = 8;

double dot(const double* a, const double* b, int count);

// out += factor * a
void add_scaled(double* out, const double* a, double factor, int count);

// out = kept * out + factor * a
void add_weighted(double* out, double kept, const double* a, double factor, int count);

// Products of two windows that slide over the series a and b together, summed over `length` places:
//   out[i][j] = sum over t < length of a[t + i] * b[t + j]   for i < a_count, j < b_count; rows are `stride` apart.
// Only the first row and the first column are summed. Every other sum follows from the one above to the left, which has
// one product more at the beginning and one less at the end. Counts: up to kMostWindow. b is readable up to
// length + b_count. scratch: kWindowScratch doubles.
inline constexpr int kMostWindow = 32;
inline constexpr int kWindowScratch = kMostWindow * (kMostWindow + kDoubles);
void window_products(const double* a, int a_count, const double* b, int b_count, int length, double* scratch,
                     double* out, ptrdiff_t stride);

// Cholesky's factorization solves normal equations, (A + ridge I) x = b, where A is symmetric and positive.

// One system. matrix: its upper triangle counts, rows of `count` elements. factor: count x count of
// scratch. count: up to kMostEquations. False if the matrix is not positive; x is then worthless.
inline constexpr int kMostEquations = 64;
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
