// GGUF, the files of llama.cpp: counts, metadata, which are keys with a type and a value, descriptions of tensors, and
// the tensors' bytes, each tensor at a multiple of an alignment. All numbers are little-endian. Source: ggml,
// docs/gguf.md.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "io/bytes.h"
#include "io/model/byte_cursor.h"
#include "io/model/model_tensors.h"

namespace laq::io {
namespace {

constexpr FileKind kKind = FileKind::gguf;

// How the elements of a row lie in its bytes: in blocks of so many elements and bytes.
struct Type {
  uint64_t id;
  const char* name;
  uint32_t block_elements, block_bytes;
  std::optional<ElementType> element = {};
};
constexpr Type kTypes[] = {
    {0, "F32", 1, 4, ElementType::float32},
    {1, "F16", 1, 2, ElementType::float16},
    {2, "Q4_0", 32, 18},
    {3, "Q4_1", 32, 20},
    {6, "Q5_0", 32, 22},
    {7, "Q5_1", 32, 24},
    {8, "Q8_0", 32, 34},
    {9, "Q8_1", 32, 36},
    {10, "Q2_K", 256, 84},
    {11, "Q3_K", 256, 110},
    {12, "Q4_K", 256, 144},
    {13, "Q5_K", 256, 176},
    {14, "Q6_K", 256, 210},
    {15, "Q8_K", 256, 292},
    {16, "IQ2_XXS", 256, 66},
    {17, "IQ2_XS", 256, 74},
    {18, "IQ3_XXS", 256, 98},
    {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},
    {21, "IQ3_S", 256, 110},
    {22, "IQ2_S", 256, 82},
    {23, "IQ4_XS", 256, 136},
    {24, "I8", 1, 1, ElementType::int8},
    {25, "I16", 1, 2, ElementType::int16},
    {26, "I32", 1, 4, ElementType::int32},
    {27, "I64", 1, 8, ElementType::int64},
    {28, "F64", 1, 8, ElementType::float64},
    {29, "IQ1_M", 256, 56},
    {30, "BF16", 1, 2, ElementType::bfloat16},
    {31, "Q4_0_4_4", 32, 18},
    {32, "Q4_0_4_8", 32, 18},
    {33, "Q4_0_8_8", 32, 18},
    {34, "TQ1_0", 256, 54},
    {35, "TQ2_0", 256, 66},
    {39, "MXFP4", 32, 17},
    {40, "NVFP4", 64, 36},
    {41, "Q1_0", 128, 18},
};

// Types of values of metadata, by their number; 0 bytes where a value has no fixed size.
enum ValueType : uint64_t { kFloat32 = 6, kBool = 7, kString = 8, kArray = 9, kFloat64 = 12 };
struct ValueForm {
  const char* name;
  uint8_t bytes;
  bool is_signed = false;
};
constexpr ValueForm kValueForms[] = {{"uint8", 1},  {"int8", 1, true},  {"uint16", 2},  {"int16", 2, true},
                                     {"uint32", 4}, {"int32", 4, true}, {"float32", 4}, {"bool", 1},
                                     {"string", 0}, {"array", 0},       {"uint64", 8},  {"int64", 8, true},
                                     {"float64", 8}};

std::string_view take_string(ByteCursor& cursor) {
  return text_of(cursor.take(cursor.number(8)));
}

std::string text_of_float(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string text_of_number(uint64_t type, uint64_t bits) {
  if (type == kBool) return bits ? "true" : "false";
  if (type == kFloat32) {
    const auto half = static_cast<uint32_t>(bits);
    float value = 0;
    std::memcpy(&value, &half, sizeof value);
    return text_of_float(value);
  }
  if (type == kFloat64) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return text_of_float(value);
  }
  if (!kValueForms[type].is_signed) return std::to_string(bits);
  const int unused = 64 - 8 * kValueForms[type].bytes;
  return std::to_string(static_cast<int64_t>(bits << unused) >> unused);
}

// Takes a value, and returns what it is, for people. Nothing if its type is unknown, or if it nests too deeply.
std::optional<std::string> take_value(ByteCursor& cursor, uint64_t type, int depth = 0) {
  constexpr int kMaxDepth = 4;
  if (type >= std::size(kValueForms) || depth > kMaxDepth) return std::nullopt;
  if (type == kString) return std::string(take_string(cursor));
  if (type != kArray) return text_of_number(type, cursor.number(kValueForms[type].bytes));
  const uint64_t of = cursor.number(4), count = cursor.number(8);
  if (of >= std::size(kValueForms)) return std::nullopt;
  if (const uint64_t size = kValueForms[of].bytes; size > 0) {
    cursor.take(count > cursor.rest() / size ? UINT64_MAX : count * size);
  } else {
    // An element without a fixed size takes eight bytes at least, so this ends with the file.
    for (uint64_t i = 0; i < count && !cursor.has_failed(); ++i) {
      if (of == kString) {
        take_string(cursor);
      } else if (!take_value(cursor, of, depth + 1)) {
        return std::nullopt;
      }
    }
  }
  return "array of " + std::to_string(count) + " " + kValueForms[of].name;
}

// Reads metadata up to the descriptions of tensors. `alignment` becomes that of the file if it tells one.
std::optional<Error> take_metadata(ByteCursor& cursor, uint64_t count, ModelFile& model, uint64_t& alignment) {
  for (uint64_t i = 0; i < count; ++i) {
    const size_t begin = cursor.at();
    std::string key(take_string(cursor));
    const uint64_t type = cursor.number(4);
    const size_t value_begin = cursor.at();
    std::optional<std::string> value = take_value(cursor, type);
    if (cursor.has_failed()) {
      return bad_model(kKind, "it ends within value " + std::to_string(i + 1) + " of " + std::to_string(count) +
                                  " of its metadata, which begins at byte " + std::to_string(begin));
    }
    const std::string place = quoted_name(key) + " at byte " + std::to_string(value_begin);
    if (!value) return bad_model(kKind, "the value of " + place + " is of an unknown type, or nests too deeply");
    if (key == "general.alignment") {
      alignment = std::strtoull(value->c_str(), nullptr, 10);
      constexpr uint64_t kMaxAlignment = uint64_t{1} << 30;
      if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > kMaxAlignment)
        return bad_model(kKind, place + " is " + quoted_name(*value) + " and no power of two");
    }
    add_metadata(model, std::move(key), std::move(*value));
  }
  return std::nullopt;
}

// Sets what the type of a tensor tells: its name, the type of elements, and the bytes.
std::optional<Error> set_type(uint64_t id, ModelTensor& tensor) {
  const auto wrong = [&](const std::string& what) {
    return bad_model(kKind, "tensor " + quoted_name(tensor.name) + " has " + what);
  };
  const auto* const type = std::ranges::find(kTypes, id, &Type::id);
  if (type == std::end(kTypes)) {
    return Error{ErrorCode::unsupported, "its tensor " + quoted_name(tensor.name) + " is of type " +
                                             std::to_string(id) +
                                             ", which is not known (its bytes cannot be told from those that follow)"};
  }
  const uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (row % type->block_elements != 0) {
    return wrong("rows of " + std::to_string(row) + " elements, which are no whole blocks of " + type->name + " of " +
                 std::to_string(type->block_elements));
  }
  const std::optional<uint64_t> elements = elements_of(tensor.shape);
  if (!elements) return wrong("more elements than any tensor can have");
  tensor.type_name = type->name;
  tensor.element = type->element;
  tensor.bytes = *elements / type->block_elements * type->block_bytes;
  return std::nullopt;
}

// Reads the descriptions of tensors; offsets count from the end of them then.
std::optional<Error> take_tensors(ByteCursor& cursor, uint64_t count, ModelFile& model) {
  constexpr uint64_t kMaxSides = 8;
  for (uint64_t i = 0; i < count; ++i) {
    const size_t begin = cursor.at();
    ModelTensor tensor;
    tensor.name = take_string(cursor);
    const uint64_t sides = cursor.number(4);
    if (!cursor.has_failed() && sides > kMaxSides) {
      return bad_model(kKind, "tensor " + quoted_name(tensor.name) + " has " + std::to_string(sides) + " sides");
    }
    for (uint64_t side = 0; side < sides && !cursor.has_failed(); ++side) tensor.shape.push_back(cursor.number(8));
    std::ranges::reverse(tensor.shape);
    const uint64_t type = cursor.number(4);
    tensor.offset = cursor.number(8);
    if (cursor.has_failed()) {
      return bad_model(kKind, "it ends within the description of tensor " + std::to_string(i + 1) + " of " +
                                  std::to_string(count) + ", which begins at byte " + std::to_string(begin));
    }
    if (std::optional<Error> error = set_type(type, tensor)) return error;
    model.tensors.push_back(std::move(tensor));
  }
  return std::nullopt;
}

std::optional<Error> check_version(uint64_t version) {
  if (version == 2 || version == 3) return std::nullopt;
  const bool is_big_endian = version != 0 && (version & 0xffff) == 0;
  return Error{ErrorCode::unsupported,
               is_big_endian ? "is a big-endian GGUF file, little-endian ones are read"
                             : "is a GGUF file of version " + std::to_string(version) + ", versions 2 and 3 are read"};
}

}  // namespace

Result<Noted<ModelFile>> read_gguf(std::span<const std::byte> file) {
  constexpr size_t kMagicBytes = 4;
  ByteCursor cursor(file, std::min(kMagicBytes, file.size()));
  const uint64_t version = cursor.number(4);
  if (cursor.has_failed()) return bad_model(kKind, "it ends within its header");
  if (std::optional<Error> error = check_version(version)) return *std::move(error);
  const uint64_t tensors = cursor.number(8), values = cursor.number(8);
  if (cursor.has_failed()) return bad_model(kKind, "it ends within its header");
  if (tensors > kMaxTensors) {
    return bad_model(kKind, "it claims " + std::to_string(tensors) + " tensors, at most " +
                                std::to_string(kMaxTensors) + " are read");
  }
  Noted<ModelFile> model;
  model.kind = kKind;
  uint64_t alignment = 32;
  if (std::optional<Error> error = take_metadata(cursor, values, model, alignment)) return *std::move(error);
  if (std::optional<Error> error = take_tensors(cursor, tensors, model)) return *std::move(error);
  const uint64_t begin = (cursor.at() + alignment - 1) / alignment * alignment;
  for (ModelTensor& tensor : model.tensors) {
    if (tensor.offset > UINT64_MAX - begin) {
      return bad_model(
          kKind, "tensor " + quoted_name(tensor.name) + " has the impossible offset " + std::to_string(tensor.offset));
    }
    tensor.offset += begin;
  }
  if (std::optional<Error> error = settle_tensors(kKind, file.size(), model.tensors)) return *std::move(error);
  return model;
}

}  // namespace laq::io
