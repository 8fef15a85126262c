// Writes small files of models for tests, good ones and such that lie.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/bytes.h"

namespace laq::io {

inline std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::string number(uint64_t value, size_t size) {
  return integer_text(value, size, false);
}

// A safetensors file of this header and these bytes of tensors.
inline std::vector<std::byte> safetensors_file(const std::string& header, const std::string& data) {
  return bytes_of(number(header.size(), 8) + header + data);
}

// GGUF

inline std::string gguf_string(const std::string& text) {
  return number(text.size(), 8) + text;
}
inline std::string gguf_value(const std::string& key, uint64_t type, const std::string& value) {
  return gguf_string(key) + number(type, 4) + value;
}
// The description of a tensor; the sides are those of the file, the fastest first.
inline std::string gguf_tensor(const std::string& name, const std::vector<uint64_t>& sides, uint64_t type,
                               uint64_t offset) {
  std::string text = gguf_string(name) + number(sides.size(), 4);
  for (const uint64_t side : sides) text += number(side, 8);
  return text + number(type, 4) + number(offset, 8);
}
inline std::vector<std::byte> gguf_file(const std::vector<std::string>& values, const std::vector<std::string>& tensors,
                                        const std::string& data, size_t alignment = 32, uint64_t version = 3) {
  std::string file = "GGUF" + number(version, 4) + number(tensors.size(), 8) + number(values.size(), 8);
  for (const std::string& value : values) file += value;
  for (const std::string& tensor : tensors) file += tensor;
  while (file.size() % alignment != 0) file += '\0';
  return bytes_of(file + data);
}

// ONNX

inline std::string varint(uint64_t value) {
  std::string text;
  for (; value > 0x7f; value >>= 7) text += static_cast<char>(value | 0x80);
  return text + static_cast<char>(value);
}
inline std::string field(uint64_t number, uint64_t value) {
  return varint(number << 3) + varint(value);
}
inline std::string field(uint64_t number, const std::string& content) {
  return varint(number << 3 | 2) + varint(content.size()) + content;
}
// TensorProto, with elements in the field raw_data or another one.
inline std::string onnx_tensor(const std::string& name, const std::vector<uint64_t>& dims, uint64_t type,
                               const std::string& data, uint64_t data_field = 9) {
  std::string text;
  for (const uint64_t side : dims) text += field(1, side);
  text += field(2, type);
  if (!name.empty()) text += field(8, name);
  return text + field(data_field, data);
}
// ModelProto with a graph of these fields.
inline std::vector<std::byte> onnx_file(const std::string& graph) {
  return bytes_of(field(1, 8) + field(2, std::string("maker")) + field(7, graph) + field(8, field(2, 17)));
}

}  // namespace laq::io
