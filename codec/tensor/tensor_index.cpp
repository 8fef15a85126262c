#include "tensor/tensor_index.h"

#include <cmath>
#include <limits>
#include <optional>
#include <unordered_set>

#include "array/box.h"
#include "base/bytes.h"
#include "base/checks.h"
#include "container/compressed.h"

namespace laq::tensor {
namespace {

void write_text(ByteWriter& writer, const std::string& text) {
  writer.integer(text.size());
  writer.append(std::as_bytes(std::span(text)));
}

std::string read_text(ByteReader& reader) {
  const std::span<const std::byte> bytes = reader.take(reader.integer(kMaxNameBytes));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_tensor(ByteWriter& writer, const TensorInfo& tensor, uint32_t checksum) {
  write_text(writer, tensor.name);
  writer.byte(static_cast<uint8_t>(tensor.type));
  write_text(writer, tensor.type_name);
  writer.byte(static_cast<uint8_t>(tensor.shape.size()));
  for (const uint64_t side : tensor.shape) writer.integer(side);
  writer.integer(tensor.bytes);
  writer.fixed32(checksum);
  writer.byte(static_cast<uint8_t>(tensor.target.kind));
  if (tensor.target.kind == TensorTargetKind::lossless) return;
  writer.float64(tensor.target.value);
  for (const double number : {tensor.power, tensor.mean_squared_error, tensor.max_error, tensor.uniform_bits})
    writer.float32(static_cast<float>(number));
}

Error out_of_range(const TensorInfo& tensor) {
  return Error{ErrorCode::corrupt, "the index holds a value out of its range, of " + describe(tensor.name)};
}

std::optional<Error> read_tensor(ByteReader& reader, TensorInfo& tensor, uint32_t& checksum) {
  tensor.name = read_text(reader);
  const uint8_t type = reader.byte();
  tensor.type = static_cast<ElementType>(type);
  tensor.type_name = read_text(reader);
  const uint8_t sides = reader.byte();
  if (type > static_cast<uint8_t>(kLastElementType) || sides > array::kMaxDimensions) return out_of_range(tensor);
  for (int i = 0; i < sides; ++i) tensor.shape.push_back(reader.integer(array::kMaxElements));
  tensor.bytes = reader.integer();
  checksum = reader.fixed32();
  const uint8_t kind = reader.byte();
  if (kind > static_cast<uint8_t>(TensorTargetKind::max_error)) return out_of_range(tensor);
  tensor.target.kind = static_cast<TensorTargetKind>(kind);
  if (tensor.target.kind != TensorTargetKind::lossless) {
    tensor.target.value = reader.float64();
    for (double* const number : {&tensor.power, &tensor.mean_squared_error, &tensor.max_error, &tensor.uniform_bits})
      *number = static_cast<double>(reader.float32());
  }
  if (reader.failed()) return Error{ErrorCode::truncated, "the index ends within a tensor"};
  const bool is_valid = tensor.target.value >= 0 && std::isfinite(tensor.target.value) && tensor.power >= 0 &&
                        tensor.mean_squared_error >= 0 && tensor.max_error >= 0 && tensor.uniform_bits >= 0 &&
                        array::element_count(tensor.shape) <= array::kMaxElements;
  return is_valid ? std::nullopt : std::optional(out_of_range(tensor));
}

}  // namespace

std::string describe(const std::string& name) {
  constexpr size_t kMost = 200;
  std::string text = "tensor ";
  for (const char c : name.substr(0, kMost)) text += c >= ' ' && c <= '~' ? c : '?';
  return text;
}

std::vector<std::byte> write_index(std::span<const TensorInfo> tensors, std::span<const uint32_t> checksums) {
  ByteWriter contents;
  contents.integer(tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) write_tensor(contents, tensors[i], checksums[i]);
  const std::vector<std::byte> compressed = compress(contents.take());
  ByteWriter writer;
  writer.integer(compressed.size());
  writer.append(compressed);
  return writer.take();
}

Result<TensorIndex> read_index(std::span<const std::byte> payload, uint64_t max_bytes) {
  ByteReader reader(payload);
  const std::span<const std::byte> compressed = reader.take(reader.integer());
  if (reader.failed()) return Error{ErrorCode::truncated, "the file ends within the index"};
  const Result<std::vector<std::byte>> contents = decompress(compressed, "the index", max_bytes);
  if (!contents) return contents.error();

  ByteReader of_index(*contents);
  const uint64_t count = of_index.integer(kMaxTensors);
  // Each takes ten bytes at least, so their number is bounded before memory is taken for them.
  constexpr uint64_t kLeastBytes = 10;
  if (of_index.failed() || count > of_index.rest().size() / kLeastBytes)
    return Error{ErrorCode::corrupt, "the index ends before its tensors"};
  // Names and sides take at most nine bytes for one of the index.
  constexpr uint64_t kMemory = sizeof(TensorInfo) + sizeof(std::span<const std::byte>) + 4 * sizeof(void*);
  if (count * kMemory + 9 * contents->size() > max_bytes)
    return Error{ErrorCode::limit_exceeded, "the index has " + std::to_string(count) +
                                                " tensors, more than the limit of " + "memory leaves room for"};
  TensorIndex index;
  index.tensors.resize(count);
  std::unordered_set<std::string_view> names;
  for (TensorInfo& tensor : index.tensors) {
    if (auto error = read_tensor(of_index, tensor, index.checksums.emplace_back())) return *error;
    if (!names.insert(tensor.name).second)
      return Error{ErrorCode::corrupt, "the index names " + describe(tensor.name) + " twice"};
    if (auto error =
            check_expansion(describe(tensor.name), array::element_count(tensor.shape), "elements", tensor.bytes))
      return *error;
    index.streams.push_back(reader.take(tensor.bytes));
    if (reader.failed()) return Error{ErrorCode::truncated, "the file ends within " + describe(tensor.name)};
  }
  if (!of_index.rest().empty() || !reader.rest().empty())
    return Error{ErrorCode::corrupt, "bytes follow the last tensor"};
  return index;
}

}  // namespace laq::tensor
