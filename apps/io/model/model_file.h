// Files of models (safetensors, GGUF, ONNX) as their readers see them: tensors, which are ranges of bytes of the file,
// and a frame around them, which is everything else (model_frame.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/file_kind.h"
#include "io/notes.h"
#include "laq/array.hpp"
#include "laq/tensor.hpp"

namespace laq::io {

struct ModelTensor {
  std::string name;       // the readers make names unique
  std::string type_name;  // as the container calls it: "F32", "F8_E4M3", "Q4_K"
  // None: the bytes are kept as they are. Elements are little-endian, and packed.
  std::optional<ElementType> element = {};
  std::vector<uint64_t> shape = {};  // the slowest side first, whatever the order of the container; at most 32
  uint64_t offset = 0;               // of the first byte in the file
  uint64_t bytes = 0;

  uint64_t end() const { return offset + bytes; }
  std::span<const std::byte> of(std::span<const std::byte> file) const { return file.subspan(offset, bytes); }
};

// The tensor as the library takes it, which refers to the file. If the bytes are kept as they are, it has as many bytes
// as elements.
TensorView view_of(const ModelTensor& tensor, std::span<const std::byte> file);

struct ModelFile {
  FileKind kind = FileKind::unknown;
  std::vector<ModelTensor> tensors = {};  // in the order of their bytes, which do not overlap
  // What the file tells beside its tensors, for people: names and values in the order of the file. Of long lists the
  // value is a description.
  std::vector<std::pair<std::string, std::string>> metadata = {};
};

using ModelReader = Result<Noted<ModelFile>>(std::span<const std::byte> file);

// The tensors of a file of any kind of model. Nothing is copied but names, shapes and metadata, and no offset leads
// outside of the file. Errors name the tensor and the place. May throw std::bad_alloc.
ModelReader parse_model;

// The readers of each kind.
ModelReader read_safetensors, read_gguf, read_onnx;

}  // namespace laq::io
