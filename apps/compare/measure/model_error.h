// How far the tensors of one model are from those of another.
#pragma once

#include <string>
#include <vector>

#include "compare/codecs/signal.h"
#include "laq/laq.hpp"

namespace laq::compare {

// Sums over the finite elements of a tensor.
struct TensorError {
  std::string name;
  double power = 0, squared_error = 0;

  // Decibels, of the power to the squared error; infinite without any error.
  double snr() const;
};

struct ModelError {
  std::vector<TensorError> tensors;  // those that are coded with loss, in their order
  double squared_error = 0;          // of all tensors of floating-point numbers, as a codec may change the others too
  double max_absolute_error = 0;

  // Decibels, of the power of all tensors that are coded with loss to the squared error; infinite without any error.
  double snr() const;
};

// Tensors are found by their names. The error is `invalid_argument` if a tensor is absent, has another number of
// elements or elements that are not numbers any more, or is not of floating-point numbers and has changed.
Result<ModelError> model_error(const Model& original, const Model& decoded);

}  // namespace laq::compare
