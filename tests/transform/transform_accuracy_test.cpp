// How far the integer transforms are from the exact ones. FFTW is the oracle: DCT-II and its inverse are REDFT10 and
// REDFT01; DST-VII of N points is a part of the DST-I (RODFT00) of 2N points, because the latter's sin(pi (j + 1)(k +
// 1) / (2N + 1)) has DST-VII's basis at its even j.
#include <doctest/doctest.h>
#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "transform/block_transform.h"
#include "transform/transform_matrix.h"

namespace {

using laq::Kernel;
using laq::TransformType;

// The orthonormal transform of one axis, both ways.
class ExactAxis {
 public:
  ExactAxis(Kernel kernel, int size)
      : kernel_(kernel), size_(size), length_(kernel == Kernel::dst7 ? 2 * size : size), data_(length_) {
    const auto plan = [&](fftw_r2r_kind kind) {
      return fftw_plan_r2r_1d(length_, data_.data(), data_.data(), kind, FFTW_ESTIMATE);
    };
    forward_ = plan(kernel == Kernel::dst7 ? FFTW_RODFT00 : FFTW_REDFT10);
    inverse_ = plan(kernel == Kernel::dst7 ? FFTW_RODFT00 : FFTW_REDFT01);
  }
  ~ExactAxis() {
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(inverse_);
  }
  ExactAxis(const ExactAxis&) = delete;
  ExactAxis& operator=(const ExactAxis&) = delete;

  // In place, elements `stride` apart.
  void forward(double* x, ptrdiff_t stride) {
    std::fill(data_.begin(), data_.end(), 0.0);
    for (int n = 0; n < size_; ++n) data_[kernel_ == Kernel::dst7 ? 2 * n : n] = x[n * stride];
    fftw_execute(forward_);
    for (int k = 0; k < size_; ++k) x[k * stride] = data_[k] * (kernel_ == Kernel::dst7 ? sine() : cosine(k));
  }
  void inverse(double* x, ptrdiff_t stride) {
    std::fill(data_.begin(), data_.end(), 0.0);
    // REDFT01 counts its first input once and the others twice.
    for (int k = 0; k < size_; ++k) {
      data_[k] = x[k * stride] * (kernel_ == Kernel::dst7 ? sine() : k == 0 ? 2 * cosine(k) : cosine(k));
    }
    fftw_execute(inverse_);
    for (int n = 0; n < size_; ++n) x[n * stride] = data_[kernel_ == Kernel::dst7 ? 2 * n : n];
  }

 private:
  // Half of the orthonormal scale: FFTW doubles every term.
  double sine() const { return std::sqrt(1.0 / (2 * size_ + 1)); }
  double cosine(int k) const { return std::sqrt((k == 0 ? 0.25 : 0.5) / size_); }

  Kernel kernel_;
  int size_;
  int length_;
  std::vector<double> data_;
  fftw_plan forward_;
  fftw_plan inverse_;
};

template <class Check>
void for_each_transform(Check&& check) {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      for (const Kernel horizontal : {Kernel::dct2, Kernel::dst7}) {
        for (const Kernel vertical : {Kernel::dct2, Kernel::dst7}) {
          if (horizontal == Kernel::dst7 && 1 << log2_width > laq::kMaxDstSize) continue;
          if (vertical == Kernel::dst7 && 1 << log2_height > laq::kMaxDstSize) continue;
          CAPTURE(log2_width);
          CAPTURE(log2_height);
          CAPTURE(horizontal);
          CAPTURE(vertical);
          check(log2_width, log2_height, TransformType{horizontal, vertical});
        }
      }
    }
  }
}

std::vector<int16_t> random_residual(std::mt19937& random, int count, int magnitude) {
  std::vector<int16_t> residual(count);
  for (auto& sample : residual) {
    sample = static_cast<int16_t>(std::uniform_int_distribution<int>(-magnitude, magnitude)(random));
  }
  return residual;
}

template <Kernel kKernel, int kSize>
void check_matrix() {
  CAPTURE(kSize);
  constexpr long double kPi = 3.141592653589793238462643383279502884L;
  const auto& matrix = laq::kTransformMatrix<kKernel, kSize>;
  double nearest_tie = 0.5;
  for (int k = 0; k < laq::coded_size(kSize); ++k) {
    for (int n = 0; n < kSize; ++n) {
      const long double basis =
          kKernel == Kernel::dst7
              ? std::sqrt(4.0L / (2 * kSize + 1)) * std::sin(kPi * (2 * n + 1) * (k + 1) / (2 * kSize + 1))
              : std::sqrt((k == 0 ? 1.0L : 2.0L) / kSize) * std::cos(kPi * (2 * n + 1) * k / (2 * kSize));
      const long double scaled = 8192 * basis;
      REQUIRE(matrix[k][n] == std::lround(scaled));
      nearest_tie = std::min(nearest_tie, static_cast<double>(std::fabs(scaled - std::floor(scaled) - 0.5L)));
      if (kKernel == Kernel::dct2) REQUIRE(matrix[k][kSize - 1 - n] == (k % 2 ? -matrix[k][n] : matrix[k][n]));
    }
  }
  CHECK(nearest_tie > 0.00029);
  // Rows are orthonormal: their products are within a thousandth of the identity.
  for (int k = 0; k < laq::coded_size(kSize); ++k) {
    for (int l = 0; l <= k; ++l) {
      double product = 0;
      for (int n = 0; n < kSize; ++n) product += static_cast<double>(matrix[k][n]) * matrix[l][n];
      REQUIRE(std::fabs(product / (8192.0 * 8192.0) - (k == l)) < 0.001);
    }
  }
}

}  // namespace

TEST_CASE("the transform matrices are the rounded bases, far from ties, symmetric and orthonormal") {
  check_matrix<Kernel::dct2, 4>();
  check_matrix<Kernel::dct2, 8>();
  check_matrix<Kernel::dct2, 16>();
  check_matrix<Kernel::dct2, 32>();
  check_matrix<Kernel::dct2, 64>();
  check_matrix<Kernel::dst7, 4>();
  check_matrix<Kernel::dst7, 8>();
  check_matrix<Kernel::dst7, 16>();
  check_matrix<Kernel::dst7, 32>();
}

TEST_CASE("coefficients of 8-bit residuals are near those of FFTW") {
  // In quarters of an orthonormal unit: rounding between the passes and after them, and a part of the residual's norm
  // for the rounded matrices (2.2e-4 was seen, on residuals that resemble one basis function).
  constexpr double kRounding = 2, kRelative = 3e-4;
  std::mt19937 random(3);
  for_each_transform([&](int log2_width, int log2_height, TransformType type) {
    const int width = 1 << log2_width, height = 1 << log2_height;
    const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
    ExactAxis horizontal(type.horizontal, width), vertical(type.vertical, height);
    for (int repeat = 0; repeat < 20; ++repeat) {
      auto residual = random_residual(random, width * height, 255);
      if (repeat % 2) {  // the signs of a basis function, the constant one first
        std::vector<double> wave(residual.size());
        wave[repeat == 1 ? 0 : random() % wave.size()] = 1;
        for (int y = 0; y < height; ++y) horizontal.inverse(wave.data() + y * width, 1);
        for (int x = 0; x < width; ++x) vertical.inverse(wave.data() + x, width);
        for (size_t i = 0; i < wave.size(); ++i) residual[i] = wave[i] < 0 ? -255 : 255;
      }
      std::vector<double> exact(residual.begin(), residual.end());
      double norm = 0;
      for (const double sample : exact) norm += sample * sample;
      norm = 4 * std::sqrt(norm);
      for (int x = 0; x < width; ++x) vertical.forward(exact.data() + x, width);
      for (int y = 0; y < height; ++y) horizontal.forward(exact.data() + y * width, 1);
      std::vector<int32_t> coefficients(static_cast<size_t>(coded_width) * coded_height);
      laq::forward_transform({residual.data(), width}, {log2_width, log2_height}, type, coefficients.data());
      for (int v = 0; v < coded_height; ++v) {
        for (int u = 0; u < coded_width; ++u) {
          const double error = coefficients[v * coded_width + u] - 4 * exact[v * width + u];
          REQUIRE(std::fabs(error) <= kRounding + kRelative * norm);
        }
      }
    }
  });
}

TEST_CASE("residuals are near those of FFTW's inverse") {
  std::mt19937 random(4);
  double largest = 0;
  for_each_transform([&](int log2_width, int log2_height, TransformType type) {
    const int width = 1 << log2_width, height = 1 << log2_height;
    const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
    ExactAxis horizontal(type.horizontal, width), vertical(type.vertical, height);
    for (int repeat = 0; repeat < 20; ++repeat) {
      std::vector<int32_t> coefficients(static_cast<size_t>(coded_width) * coded_height);
      std::vector<double> exact(static_cast<size_t>(width) * height);
      for (int v = 0; v < coded_height; ++v) {
        for (int u = 0; u < coded_width; ++u) {
          const int value = std::uniform_int_distribution<int>(-1020, 1020)(random);
          coefficients[v * coded_width + u] = value;
          exact[v * width + u] = value / 4.0;
        }
      }
      for (int y = 0; y < height; ++y) horizontal.inverse(exact.data() + y * width, 1);
      for (int x = 0; x < width; ++x) vertical.inverse(exact.data() + x, width);
      std::vector<int16_t> residual(static_cast<size_t>(width) * height);
      laq::inverse_transform(coefficients.data(),
                             {static_cast<uint8_t>(coded_width), static_cast<uint8_t>(coded_height)},
                             {log2_width, log2_height}, type, {residual.data(), width});
      for (size_t i = 0; i < exact.size(); ++i) largest = std::max(largest, std::fabs(residual[i] - exact[i]));
    }
  });
  CHECK(largest < 1);  // 0.83 was seen; rounding to integers alone makes 0.5
}

TEST_CASE("the inverse of the forward transform gives 8-bit residuals back") {
  std::mt19937 random(5);
  int largest = 0;
  for_each_transform([&](int log2_width, int log2_height, TransformType type) {
    const int width = 1 << log2_width, height = 1 << log2_height;
    const int coded_width = laq::coded_size(width), coded_height = laq::coded_size(height);
    std::vector<int32_t> coefficients(static_cast<size_t>(coded_width) * coded_height);
    const auto round_trip = [&](const std::vector<int16_t>& residual) {
      std::vector<int16_t> again(residual.size());
      laq::forward_transform({residual.data(), width}, {log2_width, log2_height}, type, coefficients.data());
      laq::inverse_transform(coefficients.data(),
                             {static_cast<uint8_t>(coded_width), static_cast<uint8_t>(coded_height)},
                             {log2_width, log2_height}, type, {again.data(), width});
      return again;
    };
    for (int repeat = 0; repeat < 20; ++repeat) {
      auto residual = random_residual(random, width * height, 255);
      if (std::max(width, height) > laq::kMaxCodedSize) residual = round_trip(residual);  // drops high frequencies
      const auto again = round_trip(residual);
      for (size_t i = 0; i < residual.size(); ++i) largest = std::max(largest, std::abs(again[i] - residual[i]));
    }
  });
  CHECK(largest <= 1);
}
