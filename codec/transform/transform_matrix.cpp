// The matrices are computed by the compiler, from nothing but additions, multiplications and divisions, so that they do
// not depend on any mathematical library. No scaled entry comes closer than 0.00029 to the middle between two integers
// (tested), thus every reasonable double arithmetic rounds them to the same integers.
#include "transform/transform_matrix.h"

#include <array>
#include <cassert>

namespace laq {
namespace {

constexpr double kPi = 3.14159265358979323846;

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

constexpr int32_t round_scaled(double basis) {
  const double scaled = basis * (1 << kMatrixFraction);
  return scaled < 0 ? -static_cast<int32_t>(0.5 - scaled) : static_cast<int32_t>(scaled + 0.5);
}

constexpr double basis(Kernel kernel, int size, int k, int n) {
  if (kernel == Kernel::dst7) {
    return square_root(4.0 / (2 * size + 1)) * sin_pi((2 * n + 1) * (k + 1), 2 * size + 1);
  }
  return square_root((k == 0 ? 1.0 : 2.0) / size) * cos_pi((2 * n + 1) * k, 2 * size);
}

template <int kSize>
struct Matrix {
  static constexpr int kCoded = coded_size(kSize);
  alignas(64) std::array<int32_t, kCoded * kSize> by_frequency{};
  alignas(64) std::array<int32_t, kCoded * kSize> by_sample{};

  explicit constexpr Matrix(Kernel kernel) {
    for (int k = 0; k < kCoded; ++k) {
      for (int n = 0; n < kSize; ++n) {
        by_frequency[k * kSize + n] = by_sample[n * kCoded + k] = round_scaled(basis(kernel, kSize, k, n));
      }
    }
  }
};

template <Kernel kKernel, int kSize>
constexpr Matrix<kSize> kMatrix{kKernel};

template <Kernel kKernel, int kSize>
const int32_t* select(bool transposed) {
  return transposed ? kMatrix<kKernel, kSize>.by_sample.data() : kMatrix<kKernel, kSize>.by_frequency.data();
}

const int32_t* select(Kernel kernel, int log2_size, bool transposed) {
  const bool sine = kernel == Kernel::dst7;
  switch (log2_size) {
    case 2:
      return sine ? select<Kernel::dst7, 4>(transposed) : select<Kernel::dct2, 4>(transposed);
    case 3:
      return sine ? select<Kernel::dst7, 8>(transposed) : select<Kernel::dct2, 8>(transposed);
    case 4:
      return sine ? select<Kernel::dst7, 16>(transposed) : select<Kernel::dct2, 16>(transposed);
    case 5:
      return sine ? select<Kernel::dst7, 32>(transposed) : select<Kernel::dct2, 32>(transposed);
    default:
      assert(log2_size == 6 && !sine);
      return select<Kernel::dct2, 64>(transposed);
  }
}

}  // namespace

const int32_t* transform_matrix(Kernel kernel, int log2_size) {
  return select(kernel, log2_size, false);
}
const int32_t* transposed_transform_matrix(Kernel kernel, int log2_size) {
  return select(kernel, log2_size, true);
}

}  // namespace laq
