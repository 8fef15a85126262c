#include "picture/cost_estimate.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/cost_estimate.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "transform/block_transform.h"

#ifndef LAQ_PICTURE_COST_ESTIMATE_ONCE
#define LAQ_PICTURE_COST_ESTIMATE_ONCE
namespace laq {
namespace {

struct Sums {
  int32_t errors, logarithms, nonzero;
};

}  // namespace
}  // namespace laq
#endif

HWY_BEFORE_NAMESPACE();
namespace laq {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Sums of squared errors in 1/2^16, of log2(level) in 1/2^12, and of levels that are not zero. Sums in whole numbers do
// not depend on the number of lanes. The logarithm is linear between powers of two, as a float's bits are (error below
// 0.09).
Sums SumSpectrum(const int32_t* coefficients, const float* reciprocals, float scale, int count) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto factor = hn::Set(d, scale), rounding = hn::Set(d, 0.4f), one = hn::Set(d, 1.0f),
             unit = hn::Set(d, 1 << 16);
  auto errors = hn::Zero(di), logarithms = hn::Zero(di), zeros = hn::Zero(di);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto x = hn::Abs(
        hn::Mul(hn::ConvertTo(d, hn::LoadU(di, coefficients + i)), hn::Mul(factor, hn::LoadU(d, reciprocals + i))));
    const auto level = hn::ConvertTo(d, hn::ConvertTo(di, hn::Add(x, rounding)));  // truncated
    const auto error = hn::Sub(x, level);
    errors = hn::Add(errors, hn::ConvertTo(di, hn::Mul(hn::Mul(error, error), unit)));
    const auto bits = hn::Sub(hn::BitCast(di, hn::Max(level, one)), hn::BitCast(di, one));
    logarithms = hn::Add(logarithms, hn::ShiftRight<11>(bits));
    zeros = hn::Add(zeros, hn::VecFromMask(di, hn::RebindMask(di, hn::Lt(level, one))));  // -1 each
  }
  return {hn::GetLane(hn::SumOfLanes(di, errors)), hn::GetLane(hn::SumOfLanes(di, logarithms)),
          count + hn::GetLane(hn::SumOfLanes(di, zeros))};
}

}  // namespace HWY_NAMESPACE
}  // namespace laq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq {
namespace {

constexpr float kNonzeroBits = 3.0f;
constexpr float kOctaveBits = 1.25f;

}  // namespace

HWY_EXPORT(SumSpectrum);

float estimate_cost(const PlaneQuantizer& quantizer, int step_index, int log2_width, int log2_height,
                    const int32_t* coefficients, float lambda) {
  const float scale = static_cast<float>(1 << (kStepFraction - kCoefficientFraction)) /
                      static_cast<float>(quantizer.block_step(step_index));
  const auto sums =
      HWY_DYNAMIC_DISPATCH(SumSpectrum)(coefficients, quantizer.weights.reciprocals(log2_width, log2_height), scale,
                                        coded_size(1 << log2_width) * coded_size(1 << log2_height));

  const float bits =
      kNonzeroBits * static_cast<float>(sums.nonzero) + kOctaveBits * static_cast<float>(sums.logarithms) / (1 << 12);
  return static_cast<float>(sums.errors) / (1 << 16) + lambda * bits;
}

}  // namespace laq
#endif
