// What the readers of all containers of models do: sizes of tensors, and checks of what files claim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/model/model_file.h"

namespace laq::io {

inline constexpr size_t kMaxTensors = size_t{1} << 20;  // of a file
inline constexpr size_t kMaxTensorName = 65535;
inline constexpr size_t kMaxTensorSides = 32;
inline constexpr uint64_t kMaxTensorSide = uint64_t{1} << 40;

// "not a good GGUF file: what"
Error bad_model(FileKind kind, const std::string& what);

// "tensor 'name' at byte 1234", for messages.
std::string place_of(const ModelTensor& tensor);

// The product of the sides; nothing if there are too many, or if they or their product are larger than any tensor.
std::optional<uint64_t> elements_of(const std::vector<uint64_t>& shape);

// The bytes of so many elements of `bits` bits each, which are packed and end with a whole byte.
constexpr uint64_t packed_bytes(uint64_t elements, unsigned bits) {
  return (elements * bits + 7) / 8;  // at most 2^40 elements
}

// Adds a value that a file tells beside its tensors. Those beyond the first 2^16 are left out.
void add_metadata(ModelFile& model, std::string name, std::string value);

// Brings the tensors into the order of their bytes. An error if one ends outside of the file, if two overlap, if two
// have one name, or if a name is longer than that of any tensor may be.
std::optional<Error> settle_tensors(FileKind kind, uint64_t file_bytes, std::vector<ModelTensor>& tensors);

}  // namespace laq::io
