// The normative matrices of the block transforms, see block_transform.h.
//
// They are computed by the compiler, from nothing but additions, multiplications and divisions, so that they do not
// depend on any mathematical library. No scaled entry comes closer than 0.00029 to the middle between two integers
// (tested), thus every reasonable double arithmetic rounds them to the same integers.
#pragma once

#include <array>
#include <cstdint>

#include "transform/block_transform.h"

namespace laq {

inline constexpr int kMatrixFraction = 13;

namespace matrix_detail {

inline constexpr double kPi = 3.14159265358979323846;

// By Taylor's series; |x| <= pi / 4.
constexpr double small_cos(double x) {
  double term = 1, sum = 1;
  for (int i = 2; i <= 18; i += 2) sum += term *= -x * x / (i * (i - 1));
  return sum;
}
constexpr double small_sin(double x) {
  double term = x, sum = x;
  for (int i = 3; i <= 19; i += 2) sum += term *= -x * x / (i * (i - 1));
  return sum;
}

// sin(pi * a / b) for a >= 0, b > 0.
constexpr double sin_pi(int a, int b) {
  a %= 2 * b;
  if (a >= b) return -sin_pi(a - b, b);
  if (2 * a > b) a = b - a;
  return 4 * a <= b ? small_sin(kPi * a / b) : small_cos(kPi * (b - 2 * a) / (2 * b));
}
constexpr double cos_pi(int a, int b) {
  return sin_pi(2 * a + b, 2 * b);
}

// By Newton's iteration, for 0 < x < 1.
constexpr double square_root(double x) {
  double root = 1;
  for (int i = 0; i < 12; ++i) root = 0.5 * (root + x / root);
  return root;
}

constexpr int32_t round_to_integer(double x) {
  return x < 0 ? -static_cast<int32_t>(0.5 - x) : static_cast<int32_t>(x + 0.5);
}

}  // namespace matrix_detail

// M[k][n] = round(2^13 * basis(k, n)): coded_size(kSize) rows, one a frequency, of kSize samples.
template <int kSize>
using TransformMatrix = std::array<std::array<int32_t, kSize>, coded_size(kSize)>;

template <Kernel kKernel, int kSize>
inline constexpr TransformMatrix<kSize> kTransformMatrix = [] {
  using namespace matrix_detail;
  TransformMatrix<kSize> matrix{};
  for (int k = 0; k < coded_size(kSize); ++k) {
    const double norm = kKernel == Kernel::dst7 ? 4.0 / (2 * kSize + 1) : (k == 0 ? 1.0 : 2.0) / kSize;
    const double scale = (1 << kMatrixFraction) * square_root(norm);
    for (int n = 0; n < kSize; ++n) {
      const double wave =
          kKernel == Kernel::dst7 ? sin_pi((2 * n + 1) * (k + 1), 2 * kSize + 1) : cos_pi((2 * n + 1) * k, 2 * kSize);
      matrix[k][n] = round_to_integer(scale * wave);
    }
  }
  return matrix;
}();

}  // namespace laq
