#include "tensor/element_factors_encoder.h"

#include <algorithm>
#include <cmath>

#include "tensor/scales_encoder.h"

namespace laq::tensor {
namespace {

// The scales of factors, the largest of which is 1.
std::vector<int16_t> scales_of(std::vector<double> factors) {
  const double largest = *std::max_element(factors.begin(), factors.end());
  for (double& factor : factors) factor = std::max(factor / largest, 0x1p-12);
  return quantize_scales(factors, kFactorUnit);
}

}  // namespace

ElementFactors choose_factors(const TensorSource& source, const TensorOptions& options) {
  constexpr double kLeastSize = 1e-9, kLeastImportance = 1e-12;
  const MatrixView view = MatrixView::of(source.format);
  const bool has_importance = !options.importance.empty() && options.importance.size() == view.channels();
  if (options.exponent == 0 && !has_importance) return ElementFactors(view);
  FittedScales factors = fit_scales(view, source.values, view.kernel);
  for (std::vector<double>* list : {&factors.rows, &factors.columns}) {
    for (double& factor : *list) factor = std::pow(std::max(factor, kLeastSize), options.exponent);
  }
  if (has_importance) {
    std::vector<double>& list = view.kernel_rows > 1 ? factors.rows : factors.columns;
    for (size_t i = 0; i < list.size(); ++i) {
      const double importance = options.importance[i % view.channels()];
      list[i] /= std::sqrt(std::max(importance, kLeastImportance));
    }
  }
  return ElementFactors(view, scales_of(std::move(factors.rows)), scales_of(std::move(factors.columns)));
}

}  // namespace laq::tensor
