#include "tensor/row_prediction.h"

#include <algorithm>
#include <cmath>

#include "base/binary_logarithm.h"

namespace laq::tensor {
namespace {

constexpr double kFirstRows = 8;
constexpr double kGrowth = 1.4;        // rows between two factorizations grow by it
constexpr double kOperations = 12000;  // of factorizations, that an element may cost: columns^3 each
constexpr float kRidge = 1e-3f;        // share of the mean variance that is added to each
constexpr float kLeastLeft = 1e-4f;    // of a variance, that prediction leaves

}  // namespace

RowPrediction::RowPrediction(int columns, int kernel)
    : columns_(columns),
      kernel_(kernel),
      next_rows_(std::max(kFirstRows, static_cast<double>(columns) * columns / kOperations)),
      sums_(static_cast<size_t>(columns) * columns),
      factor_(sums_.size()),
      log_left_(columns) {}

void RowPrediction::add(const float* row) {
  constexpr float kFloor = 1e-2f;  // squared steps
  float energy = 0;
  for (int i = 0; i < columns_; ++i) energy += row[i] * row[i];
  // All rows count alike, however large they are.
  const float weight = 1 / (energy / static_cast<float>(columns_) + kFloor);
  for (int i = 0; i < columns_; ++i) {
    const float weighted = weight * row[i];
    if (weighted == 0) continue;
    float* const to = &sum(i, 0);
    for (int k = i; k < columns_; ++k) to[k] += weighted * row[k];
  }
  ++rows_;
  if (rows_ < next_rows_) return;
  factor();
  next_rows_ = std::max({rows_ * kGrowth, rows_ + 1.0, rows_ + static_cast<double>(columns_) * columns_ / kOperations});
}

std::vector<float> RowPrediction::deviations() const {
  float mean = 0;
  for (int i = 0; i < columns_; ++i) mean += sum(i, i);
  mean /= static_cast<float>(columns_);
  std::vector<float> deviations(columns_);
  constexpr float kLeastVariance = 1e-30f;
  for (int i = 0; i < columns_; ++i) deviations[i] = std::sqrt(sum(i, i) + kRidge * mean + kLeastVariance);
  return deviations;
}

std::vector<float> RowPrediction::kernel_correlation(const std::vector<float>& deviations) const {
  constexpr float kPrior = 20;  // kernels without correlation that count too
  const int channels = columns_ / kernel_;
  const float kernels = static_cast<float>(rows_) * static_cast<float>(channels);
  const float factor = kernels / (kernels + kPrior) / static_cast<float>(channels);
  std::vector<float> correlation(static_cast<size_t>(kernel_) * kernel_);
  for (int a = 0; a < kernel_; ++a) {
    for (int b = a + 1; b < kernel_; ++b) {
      float total = 0;
      for (int j = 0; j < columns_; j += kernel_) total += sum(j + a, j + b) / (deviations[j + a] * deviations[j + b]);
      correlation[a * kernel_ + b] = total * factor;
    }
  }
  return correlation;
}

// The weight of the shrinkage target: the uncertainty of squared correlations relative to their mean.
float RowPrediction::shrinkage(const std::vector<float>& deviations) const {
  constexpr double kLeastSquare = 1e-5;
  double squares = 0, count = 0;
  for (int i = 0; i < columns_; ++i) {
    const int first = kernel_ > 1 ? (i / kernel_ + 1) * kernel_ : i + 1;
    for (int k = first; k < columns_; ++k) {
      const double correlation = double{sum(i, k)} / (double{deviations[i]} * deviations[k]);
      squares += correlation * correlation;
    }
    count += columns_ - first;
  }
  if (count == 0) return 1;
  const double square = std::max(squares / count - 1.0 / rows_, kLeastSquare);
  return static_cast<float>(1 / (1 + rows_ * square));
}

void RowPrediction::factor() {
  const std::vector<float> deviation = deviations();
  const std::vector<float> shared = kernel_correlation(deviation);
  const float shrunk = shrinkage(deviation);
  for (int i = 0; i < columns_; ++i) {
    float* const row = &factor_[static_cast<size_t>(i) * columns_];
    const float* const from = &sums_[static_cast<size_t>(i) * columns_];
    for (int k = i + 1; k < columns_; ++k) row[k] = from[k] * (1 - shrunk);
    const int channel_end = (i / kernel_ + 1) * kernel_;
    for (int k = i + 1; k < channel_end; ++k) {
      row[k] += shrunk * shared[(i % kernel_) * kernel_ + k % kernel_] * deviation[i] * deviation[k];
    }
    row[i] = deviation[i] * deviation[i];
  }
  for (int j = 0; j < columns_; ++j) {
    float* const pivot = &factor_[static_cast<size_t>(j) * columns_];
    const float variance = deviation[j] * deviation[j];
    const float left = std::max(kLeastLeft * variance, pivot[j]), inverse = 1 / left;
    const double ratio = double{left} / variance;  // NaN if the factors of a damaged stream overflow
    log_left_[j] = ratio > 0 ? static_cast<float>(0.5 * binary_logarithm(ratio)) : 0;
    for (int k = j + 1; k < columns_; ++k) {
      const float share = pivot[k] * inverse;
      if (share == 0) continue;
      float* const row = &factor_[static_cast<size_t>(k) * columns_];
      for (int i = k; i < columns_; ++i) row[i] -= share * pivot[i];
    }
    for (int k = j + 1; k < columns_; ++k) pivot[k] *= inverse;
  }
  is_ready_ = true;
}

}  // namespace laq::tensor
