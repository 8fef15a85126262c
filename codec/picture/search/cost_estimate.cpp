#include "picture/search/cost_estimate.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/search/cost_estimate.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "picture/search/energy.h"
#include "transform/block_transform.h"

HWY_BEFORE_NAMESPACE();
namespace laq::picture {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The sum of all coefficients' costs in 1/2^16; a sum of whole numbers does not depend on the number of lanes. The
// logarithm is linear between powers of two, as a float's bits are (error below 0.09).
int32_t SumCosts(const int32_t* coefficients, const float* reciprocals, float scale, int count, float nonzero_cost,
                 float octave_cost) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto factor = hn::Set(d, scale), rounding = hn::Set(d, 0.4f), one = hn::Set(d, 1.0f);
  const auto nonzero = hn::Set(d, nonzero_cost), octave = hn::Set(d, octave_cost / (1 << 23)),
             unit = hn::Set(d, 1 << 16);
  auto sum = hn::Zero(di);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto x = hn::Abs(
        hn::Mul(hn::ConvertTo(d, hn::LoadU(di, coefficients + i)), hn::Mul(factor, hn::LoadU(d, reciprocals + i))));
    const auto level = hn::ConvertTo(d, hn::ConvertTo(di, hn::Add(x, rounding)));  // truncated
    const auto error = hn::Sub(x, level);
    const auto octaves = hn::Sub(hn::BitCast(di, hn::Max(level, one)), hn::BitCast(di, one));  // in 1/2^23
    const auto rate =
        hn::Add(hn::IfThenElseZero(hn::Ge(level, one), nonzero), hn::Mul(hn::ConvertTo(d, octaves), octave));
    sum = hn::Add(sum, hn::ConvertTo(di, hn::Mul(hn::Add(hn::Mul(error, error), rate), unit)));
  }
  return hn::GetLane(hn::SumOfLanes(di, sum));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::picture
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::picture {
namespace {

constexpr float kNonzeroBits = 3.0f;
constexpr float kOctaveBits = 1.25f;

}  // namespace

HWY_EXPORT(SumCosts);

float estimate_cost(const PlaneQuantizer& quantizer, int step_index, BlockShape shape, const int32_t* coefficients,
                    float lambda) {
  const float scale = static_cast<float>(1 << (kStepFraction - kCoefficientFraction)) /
                      static_cast<float>(quantizer.block_step(step_index));
  const int32_t cost = HWY_DYNAMIC_DISPATCH(SumCosts)(coefficients, quantizer.weights.reciprocals(shape), scale,
                                                      shape.coded_area(), lambda * kNonzeroBits, lambda * kOctaveBits);
  return static_cast<float>(cost) / (1 << 16);
}

namespace {

// The energy of what the coefficients do not bring back of the residual.
float measured_loss(const Block& block, const int16_t* residual, const int32_t* coefficients) {
  alignas(64) int16_t difference[kSuperblockSize * kSuperblockSize];
  const BlockShape shape = block.shape;
  const NonzeroExtent all{static_cast<uint8_t>(shape.coded_width()), static_cast<uint8_t>(shape.coded_height())};
  inverse_transform(coefficients, all, shape, {}, {difference, shape.width()});
  for (int i = 0; i < block.area(); ++i) difference[i] = static_cast<int16_t>(residual[i] - difference[i]);
  return energy(difference, block.area(), 1);
}

}  // namespace

float lost_distortion(const Block& block, const PlaneQuantizer& quantizer, const int16_t* residual,
                      const int32_t* coefficients) {
  if (block.width() <= kMaxCodedSize && block.height() <= kMaxCodedSize) return 0;
  constexpr float kUnit = 1.0f / (1 << kCoefficientFraction);
  const float whole = energy(residual, block.area(), 1);
  const float step = static_cast<float>(quantizer.block_step(block.step_index)) / (1 << kStepFraction);
  const float weight = quantizer.weights.reciprocals(block.shape)[block.shape.coded_area() - 1] / step;
  // The matrices are rounded, so the coefficients have the energy that they stand for to within this share only. A
  // strong residual in small steps makes that more than a squared step: then the loss has to be measured.
  constexpr float kEnergyMismatch = 0x1p-12f;
  const bool is_uncertain = whole * kEnergyMismatch * weight * weight > 1;
  const float lost = is_uncertain ? measured_loss(block, residual, coefficients)
                                  : whole - energy(coefficients, block.shape.coded_area(), kUnit);
  return std::max(0.0f, lost) * weight * weight;
}

}  // namespace laq::picture
#endif
