#include "compare/measure/model_error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "compare/codecs/model_tensors.h"

namespace laq::compare {
namespace {

double decibels(double power, double squared_error) {
  return squared_error == 0 ? HUGE_VAL : 10 * std::log10(power / squared_error);
}

Error in_tensor(const io::ModelTensor& tensor, const char* what) {
  return {ErrorCode::invalid_argument, "tensor " + tensor.name + " " + what};
}

// Adds the errors of a tensor. False if an element has become finite or infinite, or another infinity.
bool add_errors(const std::vector<double>& before, const std::vector<double>& after, TensorError& sums,
                double& max_error) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (!std::isfinite(before[i]) || !std::isfinite(after[i])) {
      const bool is_same = std::isnan(before[i]) ? std::isnan(after[i]) : before[i] == after[i];
      if (!is_same) return false;
      continue;
    }
    const double error = after[i] - before[i];
    sums.power += before[i] * before[i];
    sums.squared_error += error * error;
    max_error = std::max(max_error, std::abs(error));
  }
  return true;
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
    const std::vector<double> before = numbers_of(original, tensor), after = numbers_of(decoded, other);
    if (before.size() != after.size()) return in_tensor(tensor, "has another number of elements");
    TensorError sums{tensor.name};
    if (!add_errors(before, after, sums, all.max_absolute_error))
      return in_tensor(tensor, "has elements that are not finite and have changed, or have become so");
    all.squared_error += sums.squared_error;
    if (is_coded_with_loss(tensor)) all.tensors.push_back(std::move(sums));
  }
  return all;
}

}  // namespace laq::compare
