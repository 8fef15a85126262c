#include "io/model/model_file.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "io/array/array_file.h"
#include "io/bytes.h"
#include "io/formats.h"
#include "io/model/model_tensors.h"

namespace laq::io {

Result<Noted<ModelFile>> parse_model(std::span<const std::byte> file) {
  ModelReader* const read = format_of(recognise_kind(file)).read_model;
  return read ? read(file) : not_readable(file);
}

TensorView view_of(const ModelTensor& tensor, std::span<const std::byte> file) {
  TensorView view;
  view.name = tensor.name;
  view.type_name = tensor.type_name;
  view.data = tensor.of(file).data();
  view.type = tensor.element.value_or(ElementType::uint8);
  view.shape = tensor.element ? tensor.shape : std::vector<uint64_t>{tensor.bytes};
  return view;
}

Error bad_model(FileKind kind, const std::string& what) {
  const std::string_view name = format_of(kind).name;
  return {ErrorCode::corrupt, "not a good " + std::string(name.substr(name.find(' ') + 1)) + " file: " + what};
}

std::string place_of(const ModelTensor& tensor) {
  return "tensor " + quoted_name(tensor.name) + " at byte " + std::to_string(tensor.offset);
}

std::optional<uint64_t> elements_of(const std::vector<uint64_t>& shape) {
  constexpr uint64_t kMost = uint64_t{1} << 40;
  if (shape.size() > kMaxTensorSides) return std::nullopt;
  if (std::ranges::any_of(shape, [](uint64_t side) { return side > kMaxTensorSide; })) return std::nullopt;
  if (std::ranges::find(shape, 0u) != shape.end()) return 0;
  uint64_t elements = 1;
  for (const uint64_t side : shape) {
    if (elements > kMost / side) return std::nullopt;
    elements *= side;
  }
  return elements;
}

void add_metadata(ModelFile& model, std::string name, std::string value) {
  constexpr size_t kMost = size_t{1} << 16;
  if (model.metadata.size() < kMost) model.metadata.emplace_back(std::move(name), std::move(value));
}

std::optional<Error> settle_tensors(FileKind kind, uint64_t file_bytes, std::vector<ModelTensor>& tensors) {
  if (tensors.size() > kMaxTensors) {
    return Error{ErrorCode::limit_exceeded, "has " + std::to_string(tensors.size()) + " tensors, at most " +
                                                std::to_string(kMaxTensors) + " are read"};
  }
  std::ranges::stable_sort(tensors, {}, &ModelTensor::offset);
  std::set<std::string_view> names;
  const ModelTensor* before = nullptr;
  for (const ModelTensor& tensor : tensors) {
    if (tensor.offset > file_bytes || tensor.bytes > file_bytes - tensor.offset) {
      return bad_model(kind, place_of(tensor) + " has " + std::to_string(tensor.bytes) +
                                 " bytes, but the file ends at byte " + std::to_string(file_bytes) +
                                 " (it may have been cut off)");
    }
    if (before && tensor.offset < before->end())
      return bad_model(kind, place_of(tensor) + " overlaps " + place_of(*before));
    if (tensor.name.size() > kMaxTensorName)
      return bad_model(kind, place_of(tensor) + " has a name of " + std::to_string(tensor.name.size()) + " bytes");
    if (!names.insert(tensor.name).second) return bad_model(kind, place_of(tensor) + " has the name of another");
    // Tensors without bytes may stand at the place where the next one begins.
    before = &tensor;
  }
  return std::nullopt;
}

}  // namespace laq::io
