#include "compare/codecs/model_tensors.h"

#include <algorithm>

#include "io/array/array_file.h"
#include "io/model/model_frame.h"
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

Array array_of(const Model& model, const io::ModelTensor& tensor) {
  const auto bytes = tensor.of(model.file);
  return {*tensor.element, tensor.shape, {bytes.begin(), bytes.end()}, {}};
}

std::vector<double> numbers_of(const Model& model, const io::ModelTensor& tensor) {
  return io::to_doubles(array_of(model, tensor));
}

void set_numbers(std::span<const double> numbers, const io::ModelTensor& tensor, Model& model) {
  Array array{*tensor.element, tensor.shape, std::vector<std::byte>(tensor.bytes), {}};
  io::set_elements(numbers, array);
  std::ranges::copy(array.data, model.file.begin() + static_cast<ptrdiff_t>(tensor.offset));
}

Result<std::vector<std::byte>> kept_part(const Model& model) {
  Result<std::vector<std::byte>> frame = io::frame_of(model.file, model.contents);
  if (!frame) return frame.error();
  const Attachment attachment{std::string(io::kFrameName), std::move(*frame)};
  std::vector<TensorView> kept;
  for (const io::ModelTensor& tensor : model.contents.tensors)
    if (!is_coded_with_loss(tensor)) kept.push_back(io::view_of(tensor, model.file));
  TensorEncodeOptions options;
  options.threads = 1;
  options.attachments = std::span(&attachment, 1);
  return laq::encode(kept, options);
}

}  // namespace laq::compare
