#include "variance/expected_magnitude_row.h"

#include <algorithm>

#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "variance/expected_magnitude_row.cpp"
// Vectors stand in arrays here, so scalable ones are out.
#define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "variance/expected_magnitude.h"

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 8>;
constexpr int kWidth = static_cast<int>(hn::MaxLanes(D())), kParts = 8 / kWidth;

// out = the sum of rows times their weights
void WeighFeatures(const float* const* rows, const float* weights, int count, int length, float* out) {
  const D d;
  for (int x = 0; x < length; x += kWidth) {
    auto sum = hn::Zero(d);
    for (int k = 0; k < count; ++k) sum = hn::Add(sum, hn::Mul(hn::Set(d, weights[k]), hn::LoadU(d, rows[k] + x)));
    hn::StoreU(sum, d, out + x);
  }
}

// Normalised least mean squares (Widrow and Hoff 1960) over some samples: weights += rate * error / (1 + squares of the
// features) * features, with errors limited as in MagnitudePredictor. Sums run in eight parts of a fixed order. errors
// are changed. length: whole eights.
void LearnWeights(const float* const* rows, int count, int length, float rate, float* errors, float* weights) {
  const D d;
  for (int x = 0; x < length; x += kWidth) {
    auto norm = hn::Set(d, 1.0f);
    for (int k = 0; k < count; ++k) {
      const auto value = hn::LoadU(d, rows[k] + x);
      norm = hn::Add(norm, hn::Mul(value, value));
    }
    const auto most = hn::Sqrt(hn::Mul(hn::Set(d, static_cast<float>(kMostErrors)), norm));
    const auto error = hn::Min(hn::Max(hn::LoadU(d, errors + x), hn::Neg(most)), most);
    hn::StoreU(hn::Div(hn::Mul(hn::Set(d, rate), error), norm), d, errors + x);
  }
  for (int k = 0; k < count; ++k) {
    hn::Vec<D> sums[kParts];
    for (int v = 0; v < kParts; ++v) sums[v] = hn::Zero(d);
    for (int x = 0; x < length; x += 8) {
      for (int v = 0; v < kParts; ++v) {
        const int at = x + v * kWidth;
        sums[v] = hn::Add(sums[v], hn::Mul(hn::LoadU(d, errors + at), hn::LoadU(d, rows[k] + at)));
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

HWY_EXPORT(WeighFeatures);
HWY_EXPORT(LearnWeights);

MagnitudeRow::MagnitudeRow(std::initializer_list<float> weights) : count_(static_cast<int>(weights.size())) {
  std::copy(weights.begin(), weights.end(), weights_.begin());
}

void MagnitudeRow::resize(int width) {
  for (int k = 0; k < count_; ++k) features_[k].assign(width + kBeyond, 0.0f);
  for (std::vector<float>* row : {&sums_, &expected_, &errors_}) row->assign(width + kBeyond, 0.0f);
}

void MagnitudeRow::begin_part(int first, int end) {
  std::array<const float*, kMost> rows;
  for (int k = kLate; k < count_; ++k) rows[k - kLate] = features_[k].data() + first;
  HWY_DYNAMIC_DISPATCH(WeighFeatures)
  (rows.data(), weights_.data() + kLate, count_ - kLate, end - first, sums_.data() + first);
}

void MagnitudeRow::end_part(int first, int end, const float* roots) {
  constexpr float kRate = 0.02f;
  const int count = end - first, length = (count + 7) & -8;
  for (int i = 0; i < count; ++i) errors_[i] = roots[first + i] - expected_[first + i];
  std::fill(errors_.begin() + count, errors_.begin() + length, 0.0f);
  std::array<const float*, kMost> rows;
  for (int k = 0; k < count_; ++k) rows[k] = features_[k].data() + first;
  rows[left] = roots + first - 1;
  rows[left2] = roots + first - 2;
  HWY_DYNAMIC_DISPATCH(LearnWeights)(rows.data(), count_, length, kRate, errors_.data(), weights_.data());
}

}  // namespace laq
#endif
