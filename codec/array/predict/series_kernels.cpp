#include "array/predict/series_kernels.h"

#include "base/linear_algebra.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/series_kernels.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using laq::HWY_NAMESPACE::Eight;
using laq::HWY_NAMESPACE::EightOf;

void Predict(const WindowedSeries& features, const MemoryWeights& weights, MemoryPredictions& predictions) {
  static_assert(kSeriesMemories == 3);
  const double *w0 = weights[0], *w1 = weights[1], *w2 = weights[2];
  Eight s0 = Eight::zero(), s1 = s0, s2 = s0;
  for (int k = 0; k < kSeriesWindows; ++k) {
    const double* const feature = features.first[k];
    const int count = features.count[k];
    for (int i = 0; i < count; i += kDoubles) {
      const Eight value = Eight::load(feature + i);
      s0 = s0 + Eight::load(w0 + i) * value;
      s1 = s1 + Eight::load(w1 + i) * value;
      s2 = s2 + Eight::load(w2 + i) * value;
    }
    w0 += count;
    w1 += count;
    w2 += count;
  }
  predictions = {s0.sum(), s1.sum(), s2.sum()};
}

HWY_INLINE float LearnAndPredictOne(const FilterStep& filter) {
  using EightFloats = EightOf<float>;
  static_assert(kFilterParts == 2 * EightFloats::kLanes);
  constexpr int kLanes = EightFloats::kLanes;
  float* const weights = filter.weights;
  const float* const history = filter.history;
  const EightFloats step = EightFloats::all(filter.step);
  EightFloats even = EightFloats::zero(), odd = even;
  for (int i = 0; i < filter.taps; i += kFilterParts) {
    const EightFloats first = EightFloats::load(weights + i) + step * EightFloats::load(history + i);
    const EightFloats second = EightFloats::load(weights + i + kLanes) + step * EightFloats::load(history + i + kLanes);
    even = even + first * EightFloats::load(history + i + 1);
    odd = odd + second * EightFloats::load(history + i + kLanes + 1);
    first.store(weights + i);
    second.store(weights + i + kLanes);
  }
  return (even + odd).sum();
}

void LearnAndPredict(std::span<const FilterStep> filters, float* predicted) {
  for (size_t k = 0; k < filters.size(); ++k) predicted[k] = LearnAndPredictOne(filters[k]);
}

SeriesKernels Kernels() {
  return {Predict, LearnAndPredict};
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(Kernels);

SeriesKernels series_kernels() {
  return HWY_DYNAMIC_DISPATCH(Kernels)();
}

}  // namespace laq::array
#endif
