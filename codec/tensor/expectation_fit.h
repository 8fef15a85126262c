// The fit of the weights by which fast rows expect magnitudes. Only encoders include this.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "tensor/fast_rows.h"

namespace laq::tensor {

// Finds weights that make the sizes of points likelier: a step of Fisher scoring for sizes that are distributed
// exponentially around their expectations.
class ExpectationFit {
 public:
  static constexpr int kFeatures = RowsHeader::kWeights + 1;  // and a constant

  // Every so many groups of rows are seen.
  explicit ExpectationFit(uint32_t stride) : stride_(stride) {}
  bool wants(uint32_t group) const { return group % stride_ == 0; }

  void observe(const std::array<float, RowsHeader::kWeights>& features, float size, float expected) {
    std::array<double, kFeatures> f;
    for (int k = 0; k < RowsHeader::kWeights; ++k) f[k] = features[k];
    f[RowsHeader::kWeights] = 1;
    const double excess = std::min(size * std::exp2(-expected), 6.0f) - 1;
    for (int i = 0; i < kFeatures; ++i) {
      for (int k = 0; k <= i; ++k) squares_[i][k] += f[i] * f[k];
      products_[i] += f[i] * excess;
    }
  }

  // The change of the weights and of the constant, in octaves.
  std::array<double, kFeatures> change() const {
    constexpr double kOctavesOfUnit = 1.4426950408889634;
    std::array<std::array<double, kFeatures>, kFeatures> a = squares_;
    std::array<double, kFeatures> x = products_;
    // Cholesky decomposition of the squares, with a little on the diagonal.
    for (int i = 0; i < kFeatures; ++i) {
      a[i][i] += 0.002 * squares_[kFeatures - 1][kFeatures - 1] + 20;
      for (int k = 0; k <= i; ++k) {
        double sum = a[i][k];
        for (int j = 0; j < k; ++j) sum -= a[i][j] * a[k][j];
        a[i][k] = i == k ? std::sqrt(std::max(sum, 1e-9)) : sum / a[k][k];
      }
    }
    for (int i = 0; i < kFeatures; ++i) {
      for (int k = 0; k < i; ++k) x[i] -= a[i][k] * x[k];
      x[i] /= a[i][i];
    }
    for (int i = kFeatures; i-- > 0;) {
      for (int k = i + 1; k < kFeatures; ++k) x[i] -= a[k][i] * x[k];
      x[i] /= a[i][i];
    }
    for (double& value : x) value *= kOctavesOfUnit;
    return x;
  }

 private:
  uint32_t stride_;
  std::array<std::array<double, kFeatures>, kFeatures> squares_{};
  std::array<double, kFeatures> products_{};
};

}  // namespace laq::tensor
