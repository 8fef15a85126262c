// How far the tensors of one model are from those of another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "laq/laq.hpp"
#include "laq/tensor.hpp"
#include "measures/array_measures.h"

namespace laq {

struct TensorDifference {
  std::string name;
  ArrayMeasures measures;
};

struct ModelMeasures {
  uint64_t tensors = 0;  // of the original
  uint64_t elements = 0;
  std::vector<TensorDifference> differing = {};  // tensors, in the order of the original
  double max_error = 0;
  // Decibels, of the power of the tensors that differ to the power of their errors; infinite if none does.
  double snr = 0;
};

// Tensors are found by their names, and may have other types. The error (invalid_argument) names a tensor that is
// absent or has another shape. May throw std::bad_alloc.
Result<ModelMeasures> measure_models(const std::vector<Tensor>& original, const std::vector<Tensor>& distorted);

}  // namespace laq
