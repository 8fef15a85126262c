// Files of models: what their readers find in good ones, and that whatever others claim is refused with a line that
// names the place.
#include "io/model/model_file.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "io/formats.h"
#include "model_files.h"

using namespace laq;
using namespace laq::io;

namespace {

using Bytes = std::vector<std::byte>;

// A good file, whose message fails the test.
Noted<ModelFile> model_of(const Bytes& file) {
  auto model = parse_model(file);
  REQUIRE_MESSAGE(model.ok(), model.error().message);
  return std::move(*model);
}

std::string message_of(const Bytes& file) {
  const auto model = parse_model(file);
  if (model.ok()) return "no error";
  CHECK(model.error().code != ErrorCode::invalid_argument);
  return model.error().message;
}

bool has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE(text);
  return false;
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
  return '"' + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string refusal_of_header(const std::string& header) {
  return message_of(safetensors_file(header, std::string(100, 'x')));
}

// Every file that is cut off or has one byte changed is read with all tensors inside, or refused.
void damage(const Bytes& good) {
  const auto check = [](const Bytes& file) {
    const auto model = parse_model(file);
    if (!model.ok()) {
      CHECK_FALSE(model.error().message.empty());
      return;
    }
    uint64_t end = 0;
    for (const ModelTensor& tensor : model->tensors) {
      CHECK((tensor.offset >= end && tensor.end() <= file.size()));
      end = tensor.end();
    }
  };
  for (size_t size = 0; size < good.size(); ++size) check({good.begin(), good.begin() + static_cast<ptrdiff_t>(size)});
  for (size_t i = 0; i < good.size(); ++i) {
    for (const int change : {1, 16, 128, 255}) {
      Bytes file = good;
      file[i] ^= static_cast<std::byte>(change);
      check(file);
    }
  }
}

Bytes good_safetensors() {
  return safetensors_file(R"({"__metadata__":{"format":"pt"},)" + entry("b", "F32", "[2,3]", "[0,24]") + "," +
                              entry("a", "BF16", "[]", "[24,26]") + "," + entry("none", "I64", "[0,5]", "[26,26]") +
                              "," + entry("f4", "F4", "[3]", "[26,28]") + "}  ",
                          std::string(28, 'x'));
}

Bytes good_gguf() {
  const std::string strings = number(8, 4) + number(2, 8) + gguf_string("yes") + gguf_string("no");
  const std::string nested = number(9, 4) + number(1, 8) + number(4, 4) + number(1, 8) + number(7, 4);
  return gguf_file(
      {gguf_value("general.alignment", 4, number(64, 4)), gguf_value("words", 9, strings),
       gguf_value("lists", 9, nested), gguf_value("below", 1, "\xfe"), gguf_value("half", 6, number(0x3f000000, 4))},
      {gguf_tensor("w", {64, 3}, 2, 64), gguf_tensor("b", {3}, 0, 0)}, std::string(64 + 108, 'x'), 64);
}

Bytes good_onnx() {
  const std::string data(300, 'x');
  const std::string constant = field(1, std::string("value")) + field(5, onnx_tensor("", {75}, 1, data));
  const std::string inner = field(5, onnx_tensor("w", {2}, 10, "abcd"));
  const std::string node = field(2, std::string("out")) + field(4, std::string("Constant")) + field(5, constant);
  const std::string branch = field(4, std::string("If")) + field(5, field(6, inner));
  return onnx_file(field(1, node) + field(1, branch) + field(5, onnx_tensor("w", {3, 1}, 1, std::string(12, 'y'), 4)) +
                   field(5, onnx_tensor("steps", {2}, 7, varint(1) + varint(300), 7)));
}

}  // namespace

TEST_CASE("a safetensors file has its tensors in the order of their bytes, and its metadata") {
  const Noted<ModelFile> model = model_of(good_safetensors());
  CHECK(model.kind == FileKind::safetensors);
  REQUIRE(model.tensors.size() == 4);
  const ModelTensor& b = model.tensors[0];
  CHECK((b.name == "b" && b.type_name == "F32" && b.element == ElementType::float32 && b.bytes == 24));
  CHECK(b.shape == std::vector<uint64_t>{2, 3});
  CHECK(text_of(b.of(good_safetensors())) == std::string(24, 'x'));
  CHECK((model.tensors[1].element == ElementType::bfloat16 && model.tensors[1].shape.empty()));
  CHECK(model.tensors[2].bytes == 0);
  CHECK_FALSE(model.tensors[3].element);
  CHECK(model.metadata == std::vector<std::pair<std::string, std::string>>{{"format", "pt"}});
}

TEST_CASE("fields of safetensors that are not known are passed over") {
  const std::string header = R"({"w":{"dtype":"U8","extra":{"shape":[1,{"a":[]}]},"shape":[3],"data_offsets":[0,3]}})";
  CHECK(model_of(safetensors_file(header, "abc")).tensors.size() == 1);
}

TEST_CASE("lies of a safetensors header are refused by the name of the tensor") {
  CHECK(has(refusal_of_header("{" + entry("w", "F32", "[2]", "[0,9]") + "}"),
            "tensor 'w' at byte 62 has 9 bytes, which do not fit its shape"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[200]", "[0,200]") + "}"), "the file ends at byte"));
  CHECK(has(refusal_of_header("{" + entry("v", "U8", "[9]", "[0,9]") + "," + entry("w", "U8", "[9]", "[8,17]") + "}"),
            "tensor 'w' at byte 122 overlaps tensor 'v' at byte 114"));
  CHECK(has(refusal_of_header("{" + entry("v", "U8", "[1]", "[0,1]") + "," + entry("v", "U8", "[1]", "[1,2]") + "}"),
            "has the name of another"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[1]", "[9,8]") + "}"), "no good data_offsets"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[1]", "[18446744073709551615,18446744073709551615]") + "}"),
            "no good data_offsets"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[4294967296,4294967296]", "[0,0]") + "}"), "do not fit"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[1099511627777,0]", "[0,0]") + "}"), "do not fit"));
  CHECK(has(refusal_of_header("{" + entry("w", "Q9", "[1]", "[0,1]") + "}"), "unknown dtype 'Q9'"));
  CHECK(
      has(refusal_of_header("{" + entry("w", "U8", "[-1]", "[0,1]") + "}"), "a negative number in its field 'shape'"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[1e300]", "[0,1]") + "}"), "a fraction in its field 'shape'"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "3", "[0,3]") + "}"), "a number in its field 'shape'"));
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[[3]]", "[0,3]") + "}"), "a list in its field 'shape'"));
  CHECK(has(refusal_of_header(R"({"w":{"dtype":"U8","data_offsets":[0,1]}})"), "has no shape"));
  CHECK(has(refusal_of_header(R"({"w":{"shape":[1],"data_offsets":[0,1]}})"), "has no dtype"));
  CHECK(has(refusal_of_header(R"({"w":5})"), "entry 'w' is a number and not an object"));
  CHECK(has(refusal_of_header(R"({"__metadata__":{"a":{}}})"), "an object in its field"));
}

TEST_CASE("headers of safetensors that are long, deep or no JSON are refused") {
  CHECK(has(refusal_of_header("{\"w\":"), "it is no JSON at its character"));
  CHECK(has(refusal_of_header("{\"\xff\":1}"), "it is no JSON"));
  CHECK(has(refusal_of_header(R"({"w":{"x":)" + std::string(100000, '[')), "nests more than"));
  std::string sides = "1";
  for (int i = 0; i < 32; ++i) sides += ",1";
  CHECK(has(refusal_of_header("{" + entry("w", "U8", "[" + sides + "]", "[0,1]") + "}"), "more than 32 sides"));
  CHECK(has(message_of(bytes_of(number(100000001, 8) + "{}")), "a header of 100000001 bytes, at most 100000000"));
  CHECK(has(message_of(bytes_of(number(99, 8) + "{}")), "it ends within its header of 99 bytes"));
}

TEST_CASE("a GGUF file has shapes with the slowest side first, opaque blocks, and values of every type") {
  const Bytes file = good_gguf();
  const Noted<ModelFile> model = model_of(file);
  REQUIRE(model.tensors.size() == 2);
  const ModelTensor &b = model.tensors[0], &w = model.tensors[1];
  CHECK((b.name == "b" && b.element == ElementType::float32 && b.bytes == 12));
  CHECK((w.name == "w" && w.type_name == "Q4_0" && !w.element && w.bytes == 108));
  CHECK(w.shape == std::vector<uint64_t>{3, 64});
  CHECK((b.offset % 64 == 0 && w.offset == b.offset + 64 && w.end() == file.size()));
  CHECK(model.metadata == std::vector<std::pair<std::string, std::string>>{{"general.alignment", "64"},
                                                                           {"words", "array of 2 string"},
                                                                           {"lists", "array of 1 array"},
                                                                           {"below", "-2"},
                                                                           {"half", "0.5"}});
}

TEST_CASE("versions of GGUF that are not read are named") {
  CHECK(message_of(gguf_file({}, {}, "", 32, 2)) == "no error");
  CHECK(has(message_of(gguf_file({}, {}, "", 32, 1)), "is a GGUF file of version 1, versions 2 and 3 are read"));
  CHECK(has(message_of(gguf_file({}, {}, "", 32, 0x03000000)), "is a big-endian GGUF file"));
}

TEST_CASE("lies of a GGUF file are refused with the place") {
  constexpr uint64_t kHuge = uint64_t{1} << 60;
  const auto with_value = [](uint64_t type, const std::string& value) {
    return message_of(gguf_file({gguf_value("key", type, value)}, {}, ""));
  };
  const auto with_tensor = [](const std::string& tensor) {
    return message_of(gguf_file({}, {tensor}, std::string(100, 'x')));
  };
  CHECK(has(with_value(8, number(kHuge, 8)), "value 1 of 1 of its metadata, which begins at byte 24"));
  CHECK(has(with_value(9, number(8, 4) + number(kHuge, 8)), "ends within value 1"));
  CHECK(has(with_value(9, number(12, 4) + number(kHuge, 8)), "ends within value 1"));
  CHECK(has(with_value(13, ""), "'key' at byte 39 is of an unknown type"));
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += number(9, 4) + number(1, 8);
  CHECK(has(with_value(9, deep), "nests too deeply"));
  CHECK(has(message_of(gguf_file({gguf_value("general.alignment", 4, number(24, 4))}, {}, "")), "no power of two"));
  CHECK(has(message_of(bytes_of("GGUF" + number(3, 4) + number(kHuge, 8) + number(0, 8))), "at most 1048576"));
  CHECK(has(message_of(bytes_of("GGUF" + number(3, 4) + number(9, 8) + number(0, 8))), "description of tensor 1 of 9"));
  CHECK(has(message_of(bytes_of("GGUF" + number(3, 4) + number(0, 8) + number(kHuge, 8))), "ends within value 1"));
  CHECK(has(with_tensor(gguf_tensor("w", {33}, 2, 0)), "tensor 'w' has rows of 33 elements"));
  CHECK(has(with_tensor(gguf_tensor("w", {32}, 99, 0)), "tensor 'w' is of type 99"));
  CHECK(has(with_tensor(gguf_tensor("w", {1 << 20, 1 << 20, 2}, 0, 0)), "more elements than any tensor"));
  CHECK(has(with_tensor(gguf_tensor("w", {1, 1, 1, 1, 1, 1, 1, 1, 1}, 0, 0)), "tensor 'w' has 9 sides"));
  CHECK(has(with_tensor(gguf_tensor("w", {26}, 0, 0)), "tensor 'w' at byte 64 has 104 bytes, but the file ends"));
  CHECK(has(with_tensor(gguf_tensor("w", {1}, 0, UINT64_MAX - 1)), "the impossible offset"));
  CHECK(
      has(message_of(gguf_file({}, {gguf_tensor("v", {9}, 24, 0), gguf_tensor("w", {9}, 24, 8)}, std::string(99, 'x'))),
          "overlaps tensor 'v'"));
}

TEST_CASE("an ONNX file has initializers and large constants of all of its graphs, by unique names") {
  const Bytes file = good_onnx();
  const Noted<ModelFile> model = model_of(file);
  REQUIRE(model.tensors.size() == 3);
  CHECK((model.tensors[0].name == "out" && model.tensors[0].bytes == 300));
  CHECK((model.tensors[1].name == "w" && model.tensors[1].type_name == "FLOAT16"));
  CHECK(text_of(model.tensors[1].of(file)) == "abcd");
  CHECK((model.tensors[2].name == "w#2" && model.tensors[2].element == ElementType::float32));
  CHECK(model.tensors[2].shape == std::vector<uint64_t>{3, 1});
  CHECK(model.metadata ==
        std::vector<std::pair<std::string, std::string>>{{"ir_version", "8"}, {"producer_name", "maker"}});
  CHECK(model.notes.text().empty());
}

TEST_CASE("what an ONNX file keeps elsewhere, or in other forms, stays in the frame") {
  const std::string elsewhere = field(1, 5) + field(2, 1) + field(8, std::string("far")) + field(14, 1) +
                                field(13, field(1, std::string("location")) + field(2, std::string("w.bin")));
  const std::string twice = onnx_tensor("twice", {1}, 1, "abcd") + field(9, std::string("efgh"));
  const Noted<ModelFile> model =
      model_of(onnx_file(field(5, elsewhere) + field(5, twice) + field(5, onnx_tensor("text", {1}, 8, "abcd"))));
  CHECK(model.tensors.empty());
  CHECK(has(model.notes.text(), "the elements of 1 of its tensors lie in another file"));
}

TEST_CASE("shapes of ONNX may be packed") {
  const std::string tensor = field(1, varint(2) + varint(150)) + field(2, 2) + field(9, std::string(300, 'x'));
  const Noted<ModelFile> model = model_of(onnx_file(field(5, tensor)));
  REQUIRE(model.tensors.size() == 1);
  CHECK(model.tensors[0].shape == std::vector<uint64_t>{2, 150});
}

TEST_CASE("lies of an ONNX file are refused with the place") {
  CHECK(has(message_of(onnx_file(field(5, onnx_tensor("w", {3}, 1, "abcdefgh")))),
            "tensor 'w' at byte 22 has 8 bytes, which do not fit its shape"));
  CHECK(has(message_of(onnx_file(field(5, onnx_tensor("w", {UINT64_MAX}, 2, "x")))), "do not fit its shape"));
  CHECK(has(message_of(onnx_file(varint(5 << 3 | 2) + varint(1000))), "ends outside of its message"));
  CHECK(has(message_of(onnx_file(varint(5 << 3 | 3))), "the unknown wire type 3"));
  CHECK(has(message_of(onnx_file(std::string(11, '\xff'))), "stands no field"));
  CHECK(has(message_of(onnx_file(field(5, field(1, std::string("\xff"))))), "ends a shape"));
  CHECK(has(message_of(bytes_of(field(1, 8) + field(2, std::string("maker")))), "it has no graph"));
  std::string deep;
  for (int i = 0; i < 300; ++i) deep = field(1, field(5, field(6, deep)));
  CHECK(has(message_of(onnx_file(deep)), "its graphs nest too deeply"));
}

TEST_CASE("a model that is cut off or has a byte changed is read or refused") {
  for (const Bytes& good : {good_safetensors(), good_gguf(), good_onnx()}) {
    REQUIRE(parse_model(good).ok());
    damage(good);
  }
}

TEST_CASE("a model is recognised by its first bytes, and what looks like one is not") {
  CHECK(recognise_kind(good_safetensors()) == FileKind::safetensors);
  CHECK(recognise_kind(good_gguf()) == FileKind::gguf);
  CHECK(recognise_kind(good_onnx()) == FileKind::onnx);
  // The length of this header begins like a BMP file.
  CHECK(recognise_kind(bytes_of(std::string("BM\0\0\0\0\0\0{\"", 10))) == FileKind::safetensors);
  CHECK(recognise_kind(bytes_of(number(200, 8) + "[1]")) == FileKind::unknown);
  // Messages of other programs begin with a version too.
  const std::string graph = field(1, std::string("\x0a\x04")) + std::string(600, '\0');
  CHECK(recognise_kind(bytes_of(field(1, 1) + field(2, graph))) == FileKind::unknown);
  CHECK(recognise_kind(bytes_of(field(1, 1) + field(9, std::string("x")))) == FileKind::unknown);
}
