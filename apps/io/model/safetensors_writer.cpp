#include "io/model/safetensors_writer.h"

#include <array>

#include <nlohmann/json.hpp>

#include "io/bytes.h"

namespace laq::io {

const char* safetensors_type(ElementType type) {
  constexpr std::array kNames = {"I8", "U8", "I16", "U16", "I32", "U32", "F32", "F64", "I64", "U64", "F16", "BF16"};
  static_assert(kNames.size() == static_cast<size_t>(kLastElementType) + 1);
  return kNames[static_cast<size_t>(type)];
}

std::vector<std::byte> write_safetensors(std::span<const NamedTensor> tensors,
                                         const std::map<std::string, std::string>& metadata) {
  constexpr size_t kLengthBytes = 8, kAlignment = 8;
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const NamedTensor& tensor : tensors) {
    header[tensor.name] = {
        {"dtype", tensor.type_name}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.is_null() ? "{}" : header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  std::vector<std::byte> file(kLengthBytes + text.size());
  for (size_t i = 0; i < kLengthBytes; ++i) file[i] = static_cast<std::byte>(uint64_t{text.size()} >> (8 * i));
  for (size_t i = 0; i < text.size(); ++i) file[kLengthBytes + i] = static_cast<std::byte>(text[i]);
  file.reserve(file.size() + offset);
  for (const NamedTensor& tensor : tensors) file.insert(file.end(), tensor.bytes.begin(), tensor.bytes.end());
  return file;
}

}  // namespace laq::io
