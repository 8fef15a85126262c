// The frame of a model: the way back to the same file, and frames that lie.
#include "io/model/model_frame.h"

#include <doctest/doctest.h>

#include "../../test_files.h"
#include "io/file.h"
#include "model_files.h"

using namespace laq;
using namespace laq::io;

namespace {

using Bytes = std::vector<std::byte>;

Bytes sample_file() {
  return safetensors_file(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                          R"("none":{"dtype":"U8","shape":[0],"data_offsets":[3,3]},)"
                          R"("b":{"dtype":"F32","shape":[],"data_offsets":[5,9]}})",
                          "abc--defg and more");
}

std::vector<std::span<const std::byte>> tensors_of(const Bytes& file, const ModelFile& model) {
  std::vector<std::span<const std::byte>> tensors;
  for (const ModelTensor& tensor : model.tensors) tensors.push_back(tensor.of(file));
  return tensors;
}

void check_way_back(const Bytes& file) {
  const auto model = parse_model(file);
  REQUIRE_MESSAGE(model.ok(), model.error().message);
  const auto frame = frame_of(file, *model);
  REQUIRE_MESSAGE(frame.ok(), frame.error().message);
  const auto again = assemble_model(*frame, tensors_of(file, *model));
  REQUIRE_MESSAGE(again.ok(), again.error().message);
  CHECK((*again == file));
  size_t bytes = 0;
  for (const ModelTensor& tensor : model->tensors) bytes += tensor.bytes;
  CHECK(frame->size() <= file.size() - bytes + 12 * model->tensors.size() + 3);
}

std::string message_of(const Bytes& frame) {
  const auto parsed = parse_frame(frame);
  return parsed.ok() ? "no error" : parsed.error().message;
}

}  // namespace

TEST_CASE("tensors and frame make the file again, byte for byte") {
  check_way_back(sample_file());
  check_way_back(gguf_file({}, {}, ""));
  check_way_back(gguf_file({}, {gguf_tensor("w", {1}, 0, 32)}, std::string(40, 'x')));
  check_way_back(onnx_file(field(5, onnx_tensor("w", {1}, 1, "abcd")) + field(5, onnx_tensor("v", {0}, 1, ""))));
}

TEST_CASE("other tensors of the same sizes go to their places") {
  const Bytes file = sample_file();
  const auto model = parse_model(file);
  const auto frame = frame_of(file, *model);
  const Bytes a(3, std::byte{'P'}), b(4, std::byte{'Q'});
  const auto again = assemble_model(*frame, std::vector<std::span<const std::byte>>{a, {}, b});
  REQUIRE(again.ok());
  CHECK(text_of(*again).substr(file.size() - 18) == "PPP--QQQQ and more");
  CHECK_FALSE(assemble_model(*frame, std::vector<std::span<const std::byte>>{a, b}).ok());
  CHECK(assemble_model(*frame, std::vector<std::span<const std::byte>>{a, a, b})
            .error()
            .message.find("tensor 2 has 3 bytes, in the frame it has 0") != std::string::npos);
}

TEST_CASE("a frame that lies is refused") {
  CHECK(message_of({}).find("it counts wrong") != std::string::npos);
  CHECK(message_of(bytes_of(varint(5) + varint(0) + varint(1))).find("it counts wrong") != std::string::npos);
  CHECK(message_of(bytes_of(varint(1) + varint(9) + varint(1))).find("no place of tensor 1") != std::string::npos);
  CHECK(message_of(bytes_of(varint(1) + varint(2) + varint(1) + "x")).find("cut off") != std::string::npos);
  CHECK(message_of(bytes_of(varint(1) + varint(0) + varint(uint64_t{1} << 62))).find("no place") != std::string::npos);
  std::string many = varint(4);
  for (int i = 0; i < 4; ++i) many += varint(0) + varint(uint64_t{1} << 60);
  CHECK(message_of(bytes_of(many)).find("no place of tensor 3") != std::string::npos);
  CHECK(message_of(bytes_of(varint(1) + varint(1) + varint(uint64_t{1} << 60) + "x")) == "no error");
}

TEST_CASE("a damaged frame is refused or tells places within its file") {
  const Bytes file = sample_file();
  const auto frame = frame_of(file, *parse_model(file));
  for (size_t i = 0; i < frame->size(); ++i) {
    for (const int change : {1, 2, 64, 128}) {
      Bytes damaged = *frame;
      damaged[i] ^= static_cast<std::byte>(change);
      const auto parsed = parse_frame(damaged);
      if (!parsed.ok() || parsed->file_bytes > 100000) continue;
      Bytes again(parsed->file_bytes);
      parsed->put_around(again);
      for (const ModelFrame::Extent& tensor : parsed->tensors) CHECK(tensor.offset + tensor.bytes <= again.size());
    }
  }
}

TEST_CASE("real models come back byte for byte") {
  const auto paths = files_of(LAQ_SOURCE_ROOT "/../shared/signals/containers", {".safetensors", ".gguf", ".onnx"});
  if (paths.empty()) MESSAGE("skipped: ../shared/signals/containers does not exist");
  for (const std::string& path : paths) {
    CAPTURE(path);
    const auto file = read_file(path);
    REQUIRE(file.ok());
    check_way_back(*file);
    const auto model = parse_model(*file);
    uint64_t bytes = 0;
    for (const ModelTensor& tensor : model->tensors) bytes += tensor.bytes;
    CHECK(bytes > file->size() / 2);  // most of a model is tensors
  }
}
