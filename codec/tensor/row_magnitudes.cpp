#include "tensor/row_magnitudes.h"

#include <algorithm>
#include <bit>

namespace laq::tensor {
namespace {

constexpr float kFloor = 0.15f;         // steps; added to sizes, so that zeros have logarithms
constexpr float kLeastSize = 0.02f;     // steps
constexpr float kPriorOfColumn = 3;     // rows that the mean of all counts for
constexpr float kFirstVariance = 0.1f;  // of rows' ratios, in squared octaves; counts for kPriorRows
constexpr float kPriorRows = 2;
constexpr float kPriorFactor =
    1;  // elements that the ratio of the rows before counts for, times the variance of ratios
constexpr float kRecentRate = 0.2f, kNearRate = 0.4f, kWideRate = 0.1f;
constexpr float kLearningRate = 0.02f;

// x: a normal number above 0. Within 1e-4.
float logarithm(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const float m = std::bit_cast<float>((bits & 0x7fffffu) | 0x3f800000u) - 1;
  const float series = m * (1.4385726f + m * (-0.6779552f + m * (0.3222343f + m * -0.0828517f)));
  return static_cast<float>(static_cast<int>(bits >> 23) - 127) + series;
}

// 2^x, x: -100 .. 100. Within 1e-3 of its size.
float power(float x) {
  constexpr int kPositive = 1024;
  const float shifted = x + kPositive;
  const int whole = static_cast<int>(shifted);
  const float rest = shifted - static_cast<float>(whole);
  const float series = 1 + rest * (0.6951f + rest * (0.2276f + rest * 0.0773f));
  return series * std::bit_cast<float>(static_cast<uint32_t>(whole - kPositive + 127) << 23);
}

// Classes of a number, `per_unit` a unit, of which class 0 is that of `least` / per_unit.
int class_of(float x, float per_unit, int least, int count) {
  constexpr int kPositive = 4096;
  const float place = x * per_unit + (kPositive + 0.5f);
  return std::clamp(static_cast<int>(place) - kPositive - least, 0, count - 1);
}

constexpr int kRatioClasses = 5, kCoarseClasses = 3;
int ratio_class(float ratio) {
  return ratio < 0.25f ? 0 : ratio < 0.6f ? 1 : ratio < 1.2f ? 2 : ratio < 2.2f ? 3 : 4;
}
int coarse_class(float ratio) {
  return ratio < 0.5f ? 0 : ratio < 1.4f ? 1 : 2;
}

}  // namespace

ColumnMagnitudes::ColumnMagnitudes(int columns, int kernel_of, float mean_size_of)
    : kernel(kernel_of), mean_size(mean_size_of), ratio_variance(kFirstVariance), sums(columns) {
  for (auto* list : {&recent, &before, &before2}) list->assign(columns, mean_size);
  for (auto* list : {&mean, &log_mean, &log_recent, &log_innovation}) list->assign(columns, 0);
}

void ColumnMagnitudes::begin_row() {
  const float weight = 1 / (kPriorOfColumn + static_cast<float>(rows));
  for (size_t c = 0; c < sums.size(); ++c) {
    mean[c] = (kPriorOfColumn * mean_size + sums[c]) * weight + kLeastSize;
    log_mean[c] = logarithm(mean[c]);
    log_recent[c] = logarithm((kFloor + recent[c]) / (kFloor + mean[c]));
  }
}

void ColumnMagnitudes::end_row(const std::vector<float>& sizes, float ratio) {
  constexpr float kLeastRatio = 0.05f, kLeastRate = 0.01f;
  // The ratio of a longer row is more reliable.
  const float rate = std::max(1 / (kPriorRows + 1 + static_cast<float>(rows)), kLeastRate);
  const float octaves = logarithm(std::max(ratio, 1e-3f)), difference = octaves - log_ratio;
  const float uncertainty = 1 / static_cast<float>(sizes.size());
  ratio_variance += (std::max(difference * difference - uncertainty, 0.0f) - ratio_variance) * rate;
  log_ratio += difference * rate;
  const float factor = 1 / (ratio > kLeastRatio ? ratio : kLeastRatio);
  for (size_t c = 0; c < sums.size(); ++c) {
    const float size = sizes[c] * factor;
    sums[c] += size;
    recent[c] += (size - recent[c]) * kRecentRate;
  }
  before2.swap(before);
  before = sizes;
  ++rows;
}

float RowMagnitudes::Comparison::log_ratio() const {
  return logarithm(found / expected);
}

void RowMagnitudes::Comparison::move(float size, float expected_size, float rate, float least) {
  found = std::max(found + (size - found) * rate, least);
  expected = std::max(expected + (expected_size - expected) * rate, least);
}

RowMagnitudes::RowMagnitudes(const ColumnMagnitudes& columns)
    : columns_(columns), near_{kFloor, kFloor}, wide_(near_), channel_(near_), sizes_(columns.sums.size()) {
  // The less rows differ, the more elements it takes to show that this one does.
  constexpr float kLeastPrior = 0.5f, kMostPrior = 16;
  const float prior = std::min(std::max(kPriorFactor / (columns.ratio_variance + 1e-3f), kLeastPrior), kMostPrior);
  float mean = 0;
  for (const float size : columns.mean) mean += size;
  mean /= static_cast<float>(columns.mean.size());
  row_.expected = prior * mean;
  row_.found = row_.expected * power(std::clamp(columns.log_ratio, -10.0f, 10.0f));
}

float RowMagnitudes::predict(int c, const Weights& weights) {
  constexpr float kLeast = -5.9f, kMost = 24;
  const bool has_kernel = columns_.kernel > 1;
  if (has_kernel && c % columns_.kernel == 0) channel_ = {kFloor, kFloor};
  features_ = {columns_.log_mean[c],
               row_.log_ratio(),
               near_.log_ratio(),
               columns_.log_recent[c],
               has_kernel ? channel_.log_ratio() : 0,
               columns_.log_innovation[c],
               1,
               wide_.log_ratio()};
  std::array<float, 4> sums;
  for (int i = 0; i < 4; ++i) sums[i] = weights[i] * features_[i] + weights[i + 4] * features_[i + 4];
  static_assert(kFeatures == 8);
  const float sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  return sum > kLeast ? (sum < kMost ? sum : kMost) : kLeast;
}

void RowMagnitudes::add(int c, float size) {
  constexpr float kLeastWide = 0.05f;
  const float mean = columns_.mean[c], expected = mean * ratio();
  row_.found += size;
  row_.expected += mean;
  near_.move(size, expected, kNearRate, kFloor * 0.3f);
  wide_.move(size, expected, kWideRate, kLeastWide);
  channel_.found += size;
  channel_.expected += expected;
  sizes_[c] = size;
}

void RowMagnitudes::learn(float predicted, float size, Weights& weights) const {
  constexpr float kMostGradient = 3, kEnergyFloor = 4;
  const float gradient = std::min(size / power(predicted) - 1, kMostGradient);
  float energy = kEnergyFloor;
  for (const float feature : features_) energy += feature * feature;
  const float step = kLearningRate * gradient / energy;
  for (int i = 0; i < kFeatures; ++i) weights[i] += step * features_[i];
}

MagnitudeView RowMagnitudes::simple_view(Codebook codebook, float predicted) {
  constexpr int kSizes = 40;
  MagnitudeView view{.codebook = static_cast<int>(codebook), .size = SizeClass(predicted)};
  view.contexts[0] = (view.size.shift > 0 ? kCodebooks : view.codebook) * kSizes + view.size.index / 2;
  return view;
}

MagnitudeView RowMagnitudes::view(int c, Codebook codebook, float predicted) const {
  constexpr float kAdded = 0.2f;
  constexpr int kSizes = 24, kColumnClasses = 8;
  MagnitudeView view = simple_view(codebook, predicted);
  const int kind = view.size.shift > 0 ? kCodebooks : view.codebook, size = view.size.index;
  const float expected = power(predicted), factor = 1 / (expected + kAdded);
  const auto relative = [&](float found) { return (found + kAdded) * factor; };
  const float left = c > 0 ? sizes_[c - 1] : columns_.before[c], left2 = c > 1 ? sizes_[c - 2] : columns_.before2[c];
  const int position = columns_.kernel > 1 ? std::min(c % columns_.kernel, 15)
                                           : static_cast<int>(size_t(c) * kColumnClasses / sizes_.size());
  const int coarse = kind * kSizes + size / 4;
  view.contexts[1] =
      (kind * kSizes + class_of(features_[column] - static_cast<float>(view.size.shift), 3, -12, kSizes)) * 7 +
      class_of(features_[row], 2.5f, -3, 7);
  view.contexts[2] =
      (coarse * kRatioClasses + ratio_class(relative(left))) * kCoarseClasses + coarse_class(relative(left2));
  view.contexts[3] = (coarse * kRatioClasses + ratio_class(relative(columns_.before[c]))) * kCoarseClasses +
                     coarse_class(relative(columns_.before2[c]));
  view.contexts[4] = (kind * 20 + size / 5) * 16 + position;
  view.contexts[5] = (coarse * 6 + class_of(features_[channel] + features_[innovation], 2, -3, 6)) * 5 +
                     class_of(features_[recent], 1.5f, -2, 5);
  return view;
}

}  // namespace laq::tensor
