// Weights of features, by which a number of each sample of a column is expected; they learn from the errors of some
// columns at once. To be included once for each target, see Highway's foreach_target.
#if defined(LAQ_ARRAY_FEATURE_WEIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_FEATURE_WEIGHTS_INL_H_
#undef LAQ_ARRAY_FEATURE_WEIGHTS_INL_H_
#else
#define LAQ_ARRAY_FEATURE_WEIGHTS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>

#include "base/lanes-inl.h"
#include "base/least_mean_squares.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// kColumns: after how many columns the weights learn at the latest. A lane is a row.
template <int kFeatures, int kRows, int kColumns>
class FeatureWeights {
 public:
  using Floats = laq::HWY_NAMESPACE::LanesOf<float, kRows>;

  // rate: of learning, at most.
  FeatureWeights(float rate, const std::array<float, kFeatures>& first) : rate_(rate), weights_(first) {}

  // The sum of the features of the next column by their weights. They are kept for learn().
  HWY_INLINE Floats expect(const Floats (&features)[kFeatures]) {
    Floats sum = Floats::zero();
    for (int k = kFeatures; k-- > 0;) {
      sum = sum + features[k] * Floats::all(weights_[k]);
      features[k].store(features_[k] + count_);
    }
    return sum;
  }
  // By how much the numbers of that column differ from what was expected.
  HWY_INLINE void take_errors(const Floats& errors) {
    errors.store(errors_ + count_);
    count_ += kRows;
  }

  // Normalised least mean squares (base/least_mean_squares.h); the steps of all columns since the last time are added
  // up.
  HWY_INLINE void learn() {
    // However alike the samples are, weights move by half the error at most.
    const float rate = std::min(rate_, 0.5f / static_cast<float>(count_));
    Floats steps[kFeatures];
    for (Floats& step : steps) step = Floats::zero();
    for (int i = 0; i < count_; i += kRows) {
      Floats energy = Floats::all(1.0f);
      for (int k = 0; k < kFeatures; ++k) {
        const Floats feature = Floats::load(features_[k] + i);
        energy = energy + feature * feature;
      }
      const Floats largest = (Floats::all(static_cast<float>(kLargestErrorSquared)) * energy).root();
      const Floats error = Floats::load(errors_ + i).max(Floats::zero() - largest).min(largest);
      const Floats step = Floats::all(rate) * error / energy;
      for (int k = 0; k < kFeatures; ++k) steps[k] = steps[k] + step * Floats::load(features_[k] + i);
    }
    for (int k = 0; k < kFeatures; ++k) weights_[k] += steps[k].sum();
    count_ = 0;
  }

 private:
  static constexpr int kSamples = kColumns * kRows;

  float rate_;
  int count_ = 0;  // samples since the last time that the weights have learnt
  std::array<float, kFeatures> weights_;
  alignas(64) float features_[kFeatures][kSamples], errors_[kSamples];
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
