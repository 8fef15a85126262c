#include "variance/expected_magnitude.h"

namespace laq {

MagnitudeRowPredictor::MagnitudeRowPredictor(std::initializer_list<float> weights)
    : count_(static_cast<int>(weights.size())) {
  std::copy(weights.begin(), weights.end(), weights_.begin());
}

void MagnitudeRowPredictor::resize(int width) {
  for (int k = 0; k < count_; ++k) features_[k].assign(width + kBeyond, 0.0f);
  for (std::vector<float>* row : {&sums_, &predicted_, &errors_}) row->assign(width + kBeyond, 0.0f);
}

void MagnitudeRowPredictor::begin_part(int first, int end) {
  std::array<const float*, kFeatures> given;
  for (int k = kGiven; k < count_; ++k) given[k - kGiven] = features_[k].data() + first;
  predict_samples(given.data(), weights_.data() + kGiven, count_ - kGiven, end - first, sums_.data() + first);
}

void MagnitudeRowPredictor::learn_part(int first, int end, const float* roots) {
  const int count = end - first, length = (count + 7) & -8;
  for (int i = 0; i < count; ++i) errors_[i] = roots[first + i] - predicted_[first + i];
  std::fill(errors_.begin() + count, errors_.begin() + length, 0.0f);
  std::array<const float*, kFeatures> features;
  for (int k = 0; k < count_; ++k) features[k] = features_[k].data() + first;
  features[left] = roots + first - 1;
  features[left2] = roots + first - 2;
  constexpr auto kRate = static_cast<float>(kMagnitudeRate);
  learn_samples(features.data(), count_, length, kRate, errors_.data(), weights_.data());
}

}  // namespace laq
