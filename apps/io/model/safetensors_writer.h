// Writing of safetensors files from tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

struct NamedTensor {
  std::string name;
  std::string type_name;  // a dtype of safetensors
  std::vector<uint64_t> shape;
  std::vector<std::byte> bytes;  // as many as dtype and shape say
};

// The file of these tensors, in their order, and of the texts of "__metadata__". May throw std::bad_alloc.
std::vector<std::byte> write_safetensors(std::span<const NamedTensor> tensors,
                                         const std::map<std::string, std::string>& metadata);

// The dtype for elements: "F32".
const char* safetensors_type(ElementType type);

}  // namespace laq::io
