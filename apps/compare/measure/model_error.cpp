#include "compare/measure/model_error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "compare/codecs/model_tensors.h"
#include "measures/array_measures.h"

namespace laq::compare {
namespace {

double decibels(double power, double squared_error) {
  return squared_error == 0 ? HUGE_VAL : 10 * std::log10(power / squared_error);
}

Error in_tensor(const io::ModelTensor& tensor, const char* what) {
  return {ErrorCode::invalid_argument, "tensor " + tensor.name + " " + what};
}

}  // namespace

double TensorError::snr() const {
  return decibels(power, squared_error);
}

double ModelError::snr() const {
  double power = 0;
  for (const TensorError& tensor : tensors) power += tensor.power;
  return decibels(power, squared_error);
}

Result<ModelError> model_error(const Model& original, const Model& decoded) {
  std::map<std::string_view, const io::ModelTensor*> by_name;
  for (const io::ModelTensor& tensor : decoded.contents.tensors) by_name[tensor.name] = &tensor;
  ModelError all;
  for (const io::ModelTensor& tensor : original.contents.tensors) {
    const auto found = by_name.find(tensor.name);
    if (found == by_name.end()) return in_tensor(tensor, "is absent");
    const io::ModelTensor& other = *found->second;
    if (!tensor.element || !is_floating_point(*tensor.element)) {
      if (!std::ranges::equal(tensor.of(original.file), other.of(decoded.file)))
        return in_tensor(tensor, "has changed, though it is not of floating-point numbers");
      continue;
    }
    if (!other.element) return in_tensor(tensor, "has elements of an unknown type");
    const Array before = array_of(original, tensor);
    Array after = array_of(decoded, other);
    if (after.data.size() / element_bytes(after.type) != before.data.size() / element_bytes(before.type))
      return in_tensor(tensor, "has another number of elements");
    after.shape = before.shape;
    const Result<ArrayMeasures> measures = measure_arrays(before, after);
    if (!measures) return in_tensor(tensor, measures.error().message.c_str());
    if (measures->differing_not_finite > 0)
      return in_tensor(tensor, "has elements that are not finite and have changed, or have become so");
    all.max_absolute_error = std::max(all.max_absolute_error, measures->max_error);
    all.squared_error += measures->squared_error;
    if (is_coded_with_loss(tensor)) all.tensors.push_back({tensor.name, measures->power, measures->squared_error});
  }
  return all;
}

}  // namespace laq::compare
