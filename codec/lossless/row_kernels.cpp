#include "lossless/row_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lossless/row_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace laq::lossless {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kBlockSide>;
using Vector = hn::Vec<Floats>;

constexpr float kMostSum = 1 << 30;

using RowsOfSources = std::array<RowsAround, 1 + kMostReferences>;

RowsOfSources rows_around(const PlaneSources& sources, int references, int y) {
  RowsOfSources rows;
  for (int i = 0; i <= references; ++i) rows[i] = sources[i]->around(y);
  return rows;
}

HWY_INLINE void store_rounded(Vector sum, int32_t* to) {
  const Floats d;
  const Vector limited = hn::Min(hn::Max(sum, hn::Set(d, -kMostSum)), hn::Set(d, kMostSum));
  hn::StoreU(hn::NearestInt(limited), hn::RebindToSigned<Floats>(), to);
}

// sum + factor * what stands there, without a fused operation.
HWY_INLINE Vector add_tap(Vector sum, float factor, const float* from) {
  const Floats d;
  return hn::Add(sum, hn::Mul(hn::Set(d, factor), hn::LoadU(d, from)));
}

void PredictRow(const PlaneSources& samples, int references, int y, std::span<const RowCoefficients> classes,
                const uint8_t* classes_of_row, int32_t* out) {
  const Floats d;
  const int lanes = static_cast<int>(hn::Lanes(d)), width = samples[0]->width();
  const RowsOfSources rows = rows_around(samples, references, y);
  for (int x0 = 0; x0 < width; x0 += kBlockSide) {
    const RowCoefficients& coefficients = classes[classes_of_row[x0 / kBlockSide]];
    for (int x = x0; x < x0 + kBlockSide; x += lanes) {
      Vector sum = hn::Zero(d);
      const float* factor = coefficients.of_tap.data();
      for (int plane = 0; plane <= references; ++plane) {
        const RowsAround& there = rows[plane];
        sum = add_tap(sum, coefficients.of_above[plane], there[-1] + x);
        if (plane == 0) {
          for (const Offset& tap : kAboveTaps) sum = add_tap(sum, *factor++, there[tap.y] + x + tap.x);
        } else {
          for (const Offset& tap : kReferenceTaps) sum = add_tap(sum, *factor++, there[tap.y] + x + tap.x);
        }
      }
      store_rounded(sum, out + x);
    }
  }
}

void ExpectRow(const PlaneSources& errors, int references, int y, const std::array<int16_t, kMostErrors>& weights,
               int32_t* out) {
  const Floats d;
  const int lanes = static_cast<int>(hn::Lanes(d)), width = errors[0]->width();
  const RowsOfSources rows = rows_around(errors, references, y);
  for (int x = 0; x < width; x += lanes) {
    const int16_t* weight = weights.data() + kLeftErrors;
    Vector sum = hn::Zero(d);
    for (const Offset& tap : kAboveErrors) sum = add_tap(sum, *weight++, rows[0][tap.y] + x + tap.x);
    for (int reference = 1; reference <= references; ++reference) {
      for (const Offset& tap : kReferenceErrors) sum = add_tap(sum, *weight++, rows[reference][tap.y] + x + tap.x);
    }
    constexpr float kOne = 1 << kSampleFraction;
    store_rounded(hn::Add(sum, hn::Set(d, kOne * *weight)), out + x);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::lossless {

HWY_EXPORT(PredictRow);
HWY_EXPORT(ExpectRow);

RowCoefficients row_coefficients(const Coefficients& of_class, int references) {
  constexpr float kUnit = 1.0f / (1 << (kCoefficientBits - kSampleFraction));
  constexpr int kOwnTaps = tap_count(0), kOfReference = static_cast<int>(kReferenceTaps.size());
  RowCoefficients row;
  for (int plane = 0; plane <= references; ++plane) {
    const int first = plane == 0 ? kLeftTaps : kOwnTaps + (plane - 1) * kOfReference;
    const int end = kOwnTaps + plane * kOfReference;
    int of_above = plane == 0 ? 1 << kCoefficientBits : 0;
    for (int tap = first; tap < end; ++tap) {
      row.of_tap[tap - kLeftTaps] = of_class[tap] * kUnit;
      of_above -= of_class[tap];
    }
    row.of_above[plane] = static_cast<float>(of_above) * kUnit;
  }
  return row;
}

void predict_row(const PlaneSources& samples, int references, int y, std::span<const RowCoefficients> classes,
                 const uint8_t* classes_of_row, int32_t* out) {
  HWY_DYNAMIC_DISPATCH(PredictRow)(samples, references, y, classes, classes_of_row, out);
}

void expect_row(const PlaneSources& errors, int references, int y, const std::array<int16_t, kMostErrors>& weights,
                int32_t* out) {
  HWY_DYNAMIC_DISPATCH(ExpectRow)(errors, references, y, weights, out);
}

}  // namespace laq::lossless
#endif
