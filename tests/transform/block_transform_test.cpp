// The SIMD kernels against the plain matrix product of the specification, on every target that this machine has.
#include "transform/block_transform.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "for_each_target.h"

namespace {

using laq::Kernel;
using laq::TransformType;
using laq::test::for_each_target;

constexpr double kPi = 3.14159265358979323846;

double basis(Kernel kernel, int size, int k, int n) {
  if (kernel == Kernel::dst7) {
    return std::sqrt(4.0 / (2 * size + 1)) * std::sin(kPi * (2 * n + 1) * (k + 1) / (2 * size + 1));
  }
  return std::sqrt((k == 0 ? 1.0 : 2.0) / size) * std::cos(kPi * (2 * n + 1) * k / (2 * size));
}

// M[k][n], coded_size(size) rows.
std::vector<int32_t> matrix_of(Kernel kernel, int size) {
  std::vector<int32_t> matrix;
  for (int k = 0; k < laq::coded_size(size); ++k) {
    for (int n = 0; n < size; ++n) {
      matrix.push_back(static_cast<int32_t>(std::lround(8192 * basis(kernel, size, k, n))));
    }
  }
  return matrix;
}

int32_t shift_rounding(uint32_t sum, int shift) {
  return static_cast<int32_t>(sum + (1u << (shift - 1))) >> shift;
}

std::vector<int32_t> reference_forward(const int16_t* residual, ptrdiff_t stride, int log2_width, int log2_height,
                                       TransformType type) {
  const int width = 1 << log2_width, height = 1 << log2_height;
  const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
  const auto vertical = matrix_of(type.vertical, height), horizontal = matrix_of(type.horizontal, width);
  std::vector<int32_t> columns(static_cast<size_t>(coded_height) * width);
  for (int v = 0; v < coded_height; ++v) {
    for (int x = 0; x < width; ++x) {
      uint32_t sum = 0;
      for (int y = 0; y < height; ++y) {
        sum += static_cast<uint32_t>(vertical[v * height + y]) * static_cast<uint32_t>(residual[y * stride + x]);
      }
      columns[v * width + x] = shift_rounding(sum, 11);
    }
  }
  std::vector<int32_t> coefficients(static_cast<size_t>(coded_height) * coded_width);
  for (int v = 0; v < coded_height; ++v) {
    for (int u = 0; u < coded_width; ++u) {
      uint32_t sum = 0;
      for (int x = 0; x < width; ++x) {
        sum += static_cast<uint32_t>(horizontal[u * width + x]) * static_cast<uint32_t>(columns[v * width + x]);
      }
      coefficients[v * coded_width + u] = shift_rounding(sum, 13);
    }
  }
  return coefficients;
}

// width * height samples, packed.
std::vector<int16_t> reference_inverse(const int32_t* coefficients, int log2_width, int log2_height,
                                       TransformType type) {
  const int width = 1 << log2_width, height = 1 << log2_height;
  const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
  const auto vertical = matrix_of(type.vertical, height), horizontal = matrix_of(type.horizontal, width);
  std::vector<int32_t> columns(static_cast<size_t>(height) * coded_width);
  for (int y = 0; y < height; ++y) {
    for (int u = 0; u < coded_width; ++u) {
      uint32_t sum = 0;
      for (int v = 0; v < coded_height; ++v) {
        sum +=
            static_cast<uint32_t>(vertical[v * height + y]) * static_cast<uint32_t>(coefficients[v * coded_width + u]);
      }
      columns[y * coded_width + u] = shift_rounding(sum, 13);
    }
  }
  std::vector<int16_t> residual;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      uint32_t sum = 0;
      for (int u = 0; u < coded_width; ++u) {
        sum += static_cast<uint32_t>(horizontal[u * width + x]) * static_cast<uint32_t>(columns[y * coded_width + u]);
      }
      residual.push_back(static_cast<int16_t>(std::clamp(shift_rounding(sum, 15), -32768, 32767)));
    }
  }
  return residual;
}

// Calls check(log2_width, log2_height, type) for every block size and every pair of kernels it may have.
template <class Check>
void for_each_transform(Check&& check) {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      for (const Kernel horizontal : {Kernel::dct2, Kernel::dst7}) {
        for (const Kernel vertical : {Kernel::dct2, Kernel::dst7}) {
          if (horizontal == Kernel::dst7 && 1 << log2_width > laq::kMaxDstSize) continue;
          if (vertical == Kernel::dst7 && 1 << log2_height > laq::kMaxDstSize) continue;
          check(log2_width, log2_height, TransformType{horizontal, vertical});
        }
      }
    }
  }
}

constexpr ptrdiff_t kStride = 71;
constexpr int16_t kUntouched = 12345;

}  // namespace

TEST_CASE("the forward transform is the integer matrix product on every target, for any samples") {
  std::mt19937 random(1);
  for_each_target([&] {
    for_each_transform([&](int log2_width, int log2_height, TransformType type) {
      CAPTURE(log2_width);
      CAPTURE(log2_height);
      for (const int magnitude : {255, 8191, 32768, 0}) {  // 0: only the largest ones
        std::vector<int16_t> residual(kStride * 64);
        for (auto& sample : residual) {
          const int wanted = magnitude ? std::uniform_int_distribution<int>(-magnitude, magnitude)(random)
                                       : (random() & 1 ? 32767 : -32768);
          sample = static_cast<int16_t>(std::min(wanted, 32767));
        }
        const auto expected = reference_forward(residual.data(), kStride, log2_width, log2_height, type);
        std::vector<int32_t> coefficients(expected.size());
        laq::forward_transform({residual.data(), kStride}, {log2_width, log2_height}, type, coefficients.data());
        REQUIRE(coefficients == expected);
      }
    });
  });
}

TEST_CASE("the inverse transform is the clamped integer matrix product on every target, for any coefficients") {
  std::mt19937 random(2);
  for_each_target([&] {
    for_each_transform([&](int log2_width, int log2_height, TransformType type) {
      CAPTURE(log2_width);
      CAPTURE(log2_height);
      const int width = 1 << log2_width, height = 1 << log2_height;
      const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
      for (const int64_t magnitude :
           {int64_t{200}, int64_t{8000}, int64_t{32768}, int64_t{1} << 20, int64_t{1} << 31}) {
        CAPTURE(magnitude);
        // Random corners, or the first place only, hold the coefficients. The promise is kept exactly, then not used.
        const bool constant = random() % 4 == 0;
        const int nonzero_width = constant ? 1 : 1 + static_cast<int>(random() % coded_width);
        const int nonzero_height = constant ? 1 : 1 + static_cast<int>(random() % coded_height);
        std::vector<int32_t> coefficients(static_cast<size_t>(coded_width) * coded_height);
        for (int v = 0; v < nonzero_height; ++v) {
          for (int u = 0; u < nonzero_width; ++u) {
            const auto value = std::uniform_int_distribution<int64_t>(-magnitude, magnitude - 1)(random);
            coefficients[v * coded_width + u] = static_cast<int32_t>(value);
          }
        }
        const auto expected = reference_inverse(coefficients.data(), log2_width, log2_height, type);
        for (const bool tight : {true, false}) {
          std::vector<int16_t> residual(kStride * 65, kUntouched);
          const laq::NonzeroExtent nonzero{static_cast<uint8_t>(tight ? nonzero_width : coded_width),
                                           static_cast<uint8_t>(tight ? nonzero_height : coded_height)};
          laq::inverse_transform(coefficients.data(), nonzero, {log2_width, log2_height}, type,
                                 {residual.data(), kStride});
          bool same = true, untouched = true;
          for (int y = 0; y < 65; ++y) {
            for (int x = 0; x < kStride; ++x) {
              if (x < width && y < height) {
                same &= residual[y * kStride + x] == expected[y * width + x];
              } else {
                untouched &= residual[y * kStride + x] == kUntouched;
              }
            }
          }
          REQUIRE(same);
          REQUIRE(untouched);
        }
      }
    });
  });
}
