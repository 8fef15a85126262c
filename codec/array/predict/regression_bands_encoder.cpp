#include "array/predict/regression_bands.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/regression_bands_encoder.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "array/predict/regression_bands-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

void CodeRegressionBands(ResidualCoder<InterleavedRansWriter>& residuals, const Grid& grid,
                         const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take) {
  code_bands(residuals, grid, masked, learnt_distance, first, take);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(CodeRegressionBands);

void code_regression_bands(ResidualCoder<InterleavedRansWriter>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take) {
  HWY_DYNAMIC_DISPATCH(CodeRegressionBands)(residuals, grid, masked, learnt_distance, first, take);
}

}  // namespace laq::array
#endif
