#include "array/predict/band_field.h"
#include "array/predict/index_models.h"
#include "array/predict/regression_bands.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/regression_bands_decoder.cpp"
#define HWY_DISABLED_TARGETS LAQ_TARGETS_WITHOUT_DOUBLES
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "array/predict/regression_bands-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

void CodeRegressionBands(ResidualCoder<InterleavedRansReader>& residuals, const Grid& grid,
                         const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take) {
  code_bands(residuals, grid, masked, learnt_distance, first, take);
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(CodeRegressionBands);

size_t bytes_of_regression_bands(const Grid& grid) {
  const bool is_plane = grid.sides[0] == 1;
  const int columns = columns_of_band(grid);
  const int bands = bands_of(grid);
  const size_t fields = BandField<double>::bytes(is_plane ? 1 : 3, bands, columns) +
                        3 * BandField<float>::bytes(is_plane ? 1 : 2, bands, columns);
  const size_t beside = (is_plane ? 3 : 4) * RowsAbove<double>::bytes(columns) + 5 * RowsAbove<float>::bytes(columns);
  const size_t rows = (sizeof(double) + sizeof(int)) * grid.sides[2] + columns;
  constexpr size_t kWorking = sizeof(IndexModels) + 65536;  // what learning needs, and the class itself
  return fields + beside + rows + kWorking + LocalRegression::bytes(grid);
}

void code_regression_bands(ResidualCoder<InterleavedRansReader>& residuals, const Grid& grid,
                           const std::vector<bool>& masked, int learnt_distance, double first, const TakeRow& take) {
  HWY_DYNAMIC_DISPATCH(CodeRegressionBands)(residuals, grid, masked, learnt_distance, first, take);
}

}  // namespace laq::array
#endif
