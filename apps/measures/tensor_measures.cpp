#include "measures/tensor_measures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace laq {
namespace {

// The elements as an array, with which measures can be taken.
Array array_of(const Tensor& tensor) {
  return {tensor.type, tensor.shape, tensor.data};
}

}  // namespace

Result<ModelMeasures> measure_models(const std::vector<Tensor>& original, const std::vector<Tensor>& distorted) {
  std::map<std::string_view, const Tensor*> by_name;
  for (const Tensor& tensor : distorted) by_name[tensor.name] = &tensor;
  ModelMeasures all;
  all.tensors = original.size();
  double power = 0, squared_error = 0;
  for (const Tensor& tensor : original) {
    const auto found = by_name.find(tensor.name);
    if (found == by_name.end())
      return Error{ErrorCode::invalid_argument, "has no tensor '" + tensor.name + "', which the original has"};
    const Tensor& other = *found->second;
    all.elements += tensor.data.size() / element_bytes(tensor.type);
    if (tensor.type == other.type && tensor.shape == other.shape && tensor.data == other.data) continue;
    Result<ArrayMeasures> measures = measure_arrays(array_of(tensor), array_of(other));
    if (!measures) return Error{measures.error().code, "tensor '" + tensor.name + "' " + measures.error().message};
    if (measures->differing == 0) continue;
    squared_error += measures->squared_error;
    power += measures->power;
    all.max_error = std::max(all.max_error, measures->max_error);
    all.differing.push_back({tensor.name, *measures});
  }
  all.snr = squared_error > 0 ? 10 * std::log10(power / squared_error) : HUGE_VAL;
  return all;
}

}  // namespace laq
