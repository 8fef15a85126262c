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
  FeatureWeights(float rate, const std::array<float, kFeatures>& first) : rate_(rate) {
    std::copy(first.begin(), first.end(), weights_);
  }

  // The sum of the features of the next column by their weights. They are kept for learn().
  HWY_INLINE Floats expect(const Floats (&features)[kFeatures]) {
    Floats sum = Floats::zero(), energy = Floats::all(1.0f);
    for (int k = kFeatures; k-- > 0;) sum = sum + features[k] * Floats::all(weights_[k]);
    for (int k = 0; k < kFeatures; ++k) energy = energy + features[k] * features[k];
    Column& column = columns_[count_];
    for (int k = 0; k < kFeatures; ++k) features[k].store(column.features[k]);
    energy.store(column.energies);
    return sum;
  }
  // By how much the numbers of that column differ from what was expected.
  HWY_INLINE void take_errors(const Floats& errors) { errors.store(columns_[count_++].errors); }

  // Normalised least mean squares (base/least_mean_squares.h); the steps of all columns since the last time are added
  // up.
  HWY_INLINE void learn() {
    // However alike the samples are, weights move by half the error at most.
    const Floats rate = Floats::all(std::min(rate_, 0.5f / static_cast<float>(count_ * kRows)));
    Floats steps[kPadded];
    for (Floats& step : steps) step = Floats::zero();
    for (const Column *column = columns_, *end = columns_ + count_; column != end; ++column) {
      const Floats energy = Floats::load(column->energies);
      const Floats largest = (Floats::all(static_cast<float>(kLargestErrorSquared)) * energy).root();
      const Floats error = Floats::load(column->errors).max(Floats::zero() - largest).min(largest);
      const Floats step = rate * error / energy;
      for (int k = 0; k < kFeatures; ++k) steps[k] = steps[k] + step * Floats::load(column->features[k]);
    }
    for (int k = 0; k < kPadded; k += 4) {
      using Four = laq::HWY_NAMESPACE::LanesOf<float, 4>;
      alignas(16) float sums[4];
      Floats::sums(steps[k], steps[k + 1], steps[k + 2], steps[k + 3], sums);
      (Four::load(weights_ + k) + Four::load(sums)).store(weights_ + k);
    }
    count_ = 0;
  }

 private:
  static constexpr int kPadded = (kFeatures + 3) & -4;

  struct Column {
    alignas(16) float features[kFeatures][kRows], energies[kRows], errors[kRows];
  };

  float rate_;
  int count_ = 0;  // columns since the last time that the weights have learnt
  alignas(16) float weights_[kPadded] = {};
  Column columns_[kColumns];
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
