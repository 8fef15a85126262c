// The C functions of tensors give what the C++ functions give.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <laq/laq.h>
#include <laq/tensor.hpp>

namespace {

constexpr uint64_t kRows = 40, kColumns = 64;

std::vector<float> make_weights() {
  std::vector<float> weights(kRows * kColumns);
  uint32_t state = 1;
  for (float& weight : weights) {
    state = state * 1664525 + 1013904223;
    weight = std::sin(static_cast<float>(state >> 8)) * 0.1f;
  }
  return weights;
}

// Weights with a name, and the bytes of a packed type.
struct Model {
  std::vector<float> weights = make_weights();
  std::array<uint8_t, 6> packed = {1, 2, 3, 4, 5, 6};
  laq_tensor weight = {}, bytes = {};
  std::array<const laq_tensor*, 2> list = {&weight, &bytes};

  Model(const Model&) = delete;
  Model() {
    weight.struct_size = bytes.struct_size = sizeof weight;
    weight.name = "layer.weight", bytes.name = "layer.packed", bytes.type_name = "Q4_9";
    weight.type = LAQ_FLOAT32, bytes.type = LAQ_UINT8;
    weight.dimensions = 2, weight.shape[0] = kRows, weight.shape[1] = kColumns;
    bytes.dimensions = 1, bytes.shape[0] = packed.size();
    weight.data = weights.data(), bytes.data = packed.data();
  }
};

laq_tensor_encode_options bits_options(double bits) {
  laq_tensor_encode_options options;
  laq_tensor_encode_options_init(&options, sizeof options);
  options.target_kind = LAQ_TENSOR_BITS;
  options.target = bits;
  return options;
}

}  // namespace

TEST_CASE("C: tensors are the bytes and elements of C++") {
  const Model model;
  laq_tensor_encode_options options = bits_options(4);
  const uint8_t note[] = {7, 8};
  const laq_attachment attachment = {"note", note, sizeof note};
  options.attachments = &attachment, options.attachment_count = 1;
  laq_buffer file;
  laq_error error;
  REQUIRE(laq_encode_tensors(model.list.data(), model.list.size(), &options, &file, &error) == LAQ_OK);
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(file.data), file.size);
  CHECK(laq_holds_tensors(file.data, file.size) == 1);
  CHECK(laq_holds_array(file.data, file.size) == 0);

  const std::vector<laq::TensorView> views = {
      {"layer.weight", laq::ElementType::float32, {kRows, kColumns}, model.weights.data()},
      {"layer.packed", laq::ElementType::uint8, {model.packed.size()}, model.packed.data(), "Q4_9"}};
  const std::vector<laq::Attachment> attachments = {{"note", {std::byte{7}, std::byte{8}}}};
  const auto same = laq::encode(views, {.target = {laq::TensorTargetKind::bits, 4}, .attachments = attachments});
  REQUIRE(same.ok());
  CHECK(std::ranges::equal(*same, bytes));

  laq_tensors* tensors;
  REQUIRE(laq_decode_tensors(file.data, file.size, nullptr, &tensors, &error) == LAQ_OK);
  const auto decoded = laq::decode_tensors(bytes);
  REQUIRE(tensors->tensor_count == 2);
  for (size_t i = 0; i < 2; ++i) {
    const laq_tensor& tensor = *tensors->tensors[i];
    CHECK(tensor.name == decoded->tensors[i].name);
    CHECK(tensor.type_name == decoded->tensors[i].type_name);
    CHECK(tensor.type == static_cast<int>(decoded->tensors[i].type));
    CHECK(std::vector(tensor.shape, tensor.shape + tensor.dimensions) == decoded->tensors[i].shape);
    CHECK(std::memcmp(tensor.data, decoded->tensors[i].data.data(), decoded->tensors[i].data.size()) == 0);
  }
  REQUIRE(tensors->attachment_count == 1);
  CHECK(std::string(tensors->attachments[0].name) == "note");

  laq_tensors* one;
  REQUIRE(laq_decode_tensor(file.data, file.size, "layer.packed", nullptr, &one, &error) == LAQ_OK);
  REQUIRE(one->tensor_count == 1);
  CHECK(std::memcmp(one->tensors[0]->data, model.packed.data(), model.packed.size()) == 0);
  CHECK(one->attachment_count == 0);

  // What was decoded can be encoded again.
  laq_buffer again;
  CHECK(laq_encode_tensors(tensors->tensors, tensors->tensor_count, nullptr, &again, &error) == LAQ_OK);
  laq_buffer_free(&again);
  laq_tensors_free(one);
  laq_tensors_free(tensors);
  laq_buffer_free(&file);
}

TEST_CASE("C: the index of tensors tells what C++ tells") {
  const Model model;
  const laq_tensor_encode_options options = bits_options(5);
  laq_buffer file;
  laq_error error;
  REQUIRE(laq_encode_tensors(model.list.data(), model.list.size(), &options, &file, &error) == LAQ_OK);
  laq_tensors_info* info;
  REQUIRE(laq_inspect_tensors(file.data, file.size, &info, &error) == LAQ_OK);
  const auto same = laq::inspect_tensors({reinterpret_cast<const std::byte*>(file.data), file.size});
  REQUIRE(info->tensor_count == 2);
  CHECK(info->struct_size == sizeof(laq_tensors_info));
  const laq_tensor_info& weight = *info->tensors[0];
  CHECK(std::string(weight.name) == "layer.weight");
  CHECK(weight.target_kind == LAQ_TENSOR_BITS);
  CHECK(weight.target == 5);
  CHECK(weight.bytes == same->tensors[0].bytes);
  CHECK(weight.mean_squared_error == same->tensors[0].mean_squared_error);
  CHECK(weight.max_error == same->tensors[0].max_error);
  CHECK(weight.power == same->tensors[0].power);
  CHECK(weight.uniform_bits == same->tensors[0].uniform_bits);
  CHECK(std::string(info->tensors[1]->type_name) == "Q4_9");
  laq_tensors_info_free(info);
  laq_buffer_free(&file);
}

TEST_CASE("C: what is wrong with a tensor is told by its place in the list") {
  laq_tensor_encode_options options = bits_options(4);
  laq_buffer file;
  laq_error error;
  const auto fails = [&](const char* part, auto&& spoil) {
    Model model;
    spoil(model);
    CHECK(laq_encode_tensors(model.list.data(), model.list.size(), &options, &file, &error) == LAQ_INVALID_ARGUMENT);
    CHECK_MESSAGE(std::string(error.message).find(part) != std::string::npos, error.message);
    CHECK(file.data == nullptr);
  };
  fails("tensors[1].name is null", [](Model& model) { model.bytes.name = nullptr; });
  fails("tensors[0].type", [](Model& model) { model.weight.type = 99; });
  fails("tensors[0].dimensions", [](Model& model) { model.weight.dimensions = 33; });
  fails("tensors[0].importance is null", [](Model& model) { model.weight.importance_count = 3; });
  fails("target_kind", [](Model& model) { model.weight.has_target = 1, model.weight.target_kind = 9; });
  fails("layer.weight", [](Model& model) { model.bytes.name = "layer.weight"; });
  fails("tensors[1] is null", [](Model& model) { model.list[1] = nullptr; });
  options.noise_shape = 2;
  fails("noise_shape", [](Model&) {});

  laq_tensors* tensors;
  CHECK(laq_encode_tensors(nullptr, 1, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode_tensors("LAQ", 3, nullptr, &tensors, &error) != LAQ_OK);
  CHECK(tensors == nullptr);
  CHECK(laq_decode_tensor(nullptr, 0, "name", nullptr, &tensors, &error) != LAQ_OK);
  CHECK(laq_holds_tensors(nullptr, 0) == 0);
  laq_tensors_free(nullptr);
  laq_tensors_info_free(nullptr);
}

TEST_CASE("C: encoding of tensors is cancelled by its progress function") {
  const Model model;
  laq_tensor_encode_options options = bits_options(4);
  options.progress = [](float, void*) { return 0; };
  laq_buffer file;
  laq_error error;
  CHECK(laq_encode_tensors(model.list.data(), model.list.size(), &options, &file, &error) == LAQ_CANCELLED);
}
