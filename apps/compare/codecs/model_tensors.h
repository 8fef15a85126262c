// The tensors of a model as codecs take them: which of them are coded with loss, their numbers, and models with others
// in their place.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "compare/codecs/signal.h"

namespace laq::compare {

// The model in the bytes of a file: safetensors, GGUF or ONNX.
Result<Model> parse_model(std::vector<std::byte> file);

// The model as a safetensors file: that itself, or a new one with the tensors of another file. Elements of types that
// are not known there become bytes.
std::vector<std::byte> safetensors_of(const Model& model);

// Whether codecs may change the tensor: floating-point numbers, and neither small nor a vector (is_kept_by_default() of
// laq/tensor.hpp). All others are kept as they are.
bool is_coded_with_loss(const io::ModelTensor& tensor);

// A tensor with elements, and its numbers. Set ones are rounded to its type.
Array array_of(const Model& model, const io::ModelTensor& tensor);
std::vector<double> numbers_of(const Model& model, const io::ModelTensor& tensor);
void set_numbers(std::span<const double> numbers, const io::ModelTensor& tensor, Model& model);

// A LAQ file of everything but the tensors that are coded with loss, so that formats of a fixed rate are compared by
// these alone: the tensors that are kept, and the frame of the model.
Result<std::vector<std::byte>> kept_part(const Model& model);

}  // namespace laq::compare
