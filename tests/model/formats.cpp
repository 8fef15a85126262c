#include "formats.h"

#include "compare/codecs/model_contrasts.h"

namespace laq::model {

std::vector<WeightFormat> weight_formats() {
  std::vector<WeightFormat> formats;
  for (const compare::ModelContrast& contrast : compare::model_contrasts())
    formats.push_back({std::string(contrast.family), std::string(contrast.name),
                       [&contrast](Transformer& model, const Calibration& /*calibration*/) {
                         double bits = 0;
                         for (Matrix& matrix : model.matrices) {
                           contrast.quantize_dequantize(matrix.values);
                           bits += contrast.bits * static_cast<double>(matrix.values.size());
                         }
                         return bits;
                       }});
  return formats;
}

std::vector<VectorFormat> vector_formats() {
  std::vector<VectorFormat> formats;
  for (const compare::ModelContrast& contrast : compare::model_contrasts())
    formats.push_back(
        {std::string(contrast.family), std::string(contrast.name), contrast.bits, contrast.quantize_dequantize});
  return formats;
}

}  // namespace laq::model
