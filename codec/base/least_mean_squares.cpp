#include "base/least_mean_squares.h"

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/least_mean_squares.cpp"
// Vectors stand in arrays here, so scalable ones are out.
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 8>;
constexpr int kWidth = static_cast<int>(hn::MaxLanes(D())), kParts = 8 / kWidth;

void PredictSamples(const float* const* features, const float* weights, int count, int length, float* predicted) {
  const D d;
  for (int x = 0; x < length; x += kWidth) {
    auto sum = hn::Zero(d);
    for (int k = 0; k < count; ++k) sum = hn::Add(sum, hn::Mul(hn::Set(d, weights[k]), hn::LoadU(d, features[k] + x)));
    hn::StoreU(sum, d, predicted + x);
  }
}

// Sums run in eight parts of a fixed order.
void LearnSamples(const float* const* features, int count, int length, float rate, float* errors, float* weights) {
  const D d;
  for (int x = 0; x < length; x += kWidth) {
    auto energy = hn::Set(d, 1.0f);
    for (int k = 0; k < count; ++k) {
      const auto value = hn::LoadU(d, features[k] + x);
      energy = hn::Add(energy, hn::Mul(value, value));
    }
    const auto largest = hn::Sqrt(hn::Mul(hn::Set(d, static_cast<float>(kLargestErrorSquared)), energy));
    const auto error = hn::Min(hn::Max(hn::LoadU(d, errors + x), hn::Neg(largest)), largest);
    hn::StoreU(hn::Div(hn::Mul(hn::Set(d, rate), error), energy), d, errors + x);
  }
  for (int k = 0; k < count; ++k) {
    hn::Vec<D> sums[kParts];
    for (int v = 0; v < kParts; ++v) sums[v] = hn::Zero(d);
    for (int x = 0; x < length; x += 8) {
      for (int v = 0; v < kParts; ++v) {
        const int at = x + v * kWidth;
        sums[v] = hn::Add(sums[v], hn::Mul(hn::LoadU(d, errors + at), hn::LoadU(d, features[k] + at)));
      }
    }
    alignas(32) float parts[8];
    for (int v = 0; v < kParts; ++v) hn::StoreU(sums[v], d, parts + v * kWidth);
    weights[k] += ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {

HWY_EXPORT(PredictSamples);
HWY_EXPORT(LearnSamples);

void predict_samples(const float* const* features, const float* weights, int count, int length, float* predicted) {
  HWY_DYNAMIC_DISPATCH(PredictSamples)(features, weights, count, length, predicted);
}

void learn_samples(const float* const* features, int count, int length, float rate, float* errors, float* weights) {
  HWY_DYNAMIC_DISPATCH(LearnSamples)(features, count, length, rate, errors, weights);
}

}  // namespace laq
#endif
