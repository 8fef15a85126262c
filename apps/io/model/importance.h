// What measurements say about the tensors of a model, from files that other programs write: how much each input channel
// matters (laq encode --importance), and each tensor (--sensitivity).
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// By the name of a tensor, a weight of the squared error for each of its input channels: the mean of squared
// activations, or a diagonal of the Hessian. The numbers are finite and not negative; their scale says nothing.
using Importance = std::map<std::string, std::vector<float>>;

// From an NPZ file with one array a tensor, from an importance matrix of llama.cpp as GGUF file (general.type is
// imatrix), or from one of the older kind, whose files end in .dat. Errors name the tensor. May throw std::bad_alloc.
Result<Importance> parse_importance(std::span<const std::byte> file);
Result<Importance> read_importance(const std::string& path);

// By the name of a tensor, how much its error matters as a whole; finite and not negative.
using Sensitivity = std::map<std::string, double>;

// From an NPZ file with one number a tensor, a JSON object of numbers, or lines "name,number", of which the first may
// be a heading.
Result<Sensitivity> parse_sensitivity(std::span<const std::byte> file);
Result<Sensitivity> read_sensitivity(const std::string& path);

}  // namespace laq::io
