#include "compare/codecs/model_tensors.h"

#include <algorithm>

#include "io/array/array_file.h"
#include "io/model/safetensors_writer.h"
#include "laq/tensor.hpp"

namespace laq::compare {

Result<Model> parse_model(std::vector<std::byte> file) {
  Result<io::Noted<io::ModelFile>> contents = io::parse_model(file);
  if (!contents) return contents.error();
  return Model{std::move(file), io::ModelFile(std::move(*contents))};
}

std::vector<std::byte> safetensors_of(const Model& model) {
  if (model.contents.kind == io::FileKind::safetensors) return model.file;
  std::vector<io::NamedTensor> tensors;
  for (const io::ModelTensor& tensor : model.contents.tensors) {
    const auto bytes = tensor.of(model.file);
    tensors.push_back({tensor.name,
                       tensor.element ? io::safetensors_type(*tensor.element) : "U8",
                       tensor.element ? tensor.shape : std::vector<uint64_t>{tensor.bytes},
                       {bytes.begin(), bytes.end()}});
  }
  return io::write_safetensors(tensors, {});
}

bool is_coded_with_loss(const io::ModelTensor& tensor) {
  return tensor.element && !is_kept_by_default(*tensor.element, tensor.shape);
}

std::vector<double> numbers_of(const Model& model, const io::ModelTensor& tensor) {
  const auto bytes = tensor.of(model.file);
  return io::to_doubles({*tensor.element, tensor.shape, {bytes.begin(), bytes.end()}, {}});
}

void set_numbers(std::span<const double> numbers, const io::ModelTensor& tensor, Model& model) {
  Array array{*tensor.element, tensor.shape, std::vector<std::byte>(tensor.bytes), {}};
  io::set_elements(numbers, array);
  std::ranges::copy(array.data, model.file.begin() + static_cast<ptrdiff_t>(tensor.offset));
}

size_t bytes_kept(const Model& model) {
  size_t bytes = model.file.size();
  for (const io::ModelTensor& tensor : model.contents.tensors) bytes -= is_coded_with_loss(tensor) ? tensor.bytes : 0;
  return bytes;
}

}  // namespace laq::compare
