// Tensors through the public functions: what comes back, targets, single tensors, and every error.
#include <laq/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <string>

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "container/compressed.h"
#include "container/container.h"
#include "laq/float16.hpp"
#include "tensor/tensor_index.h"

namespace laq {
namespace {

// Gaussian weights whose rows have sizes of their own.
std::vector<float> weights(size_t rows, size_t columns, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<float> values(rows * columns);
  for (size_t i = 0; i < values.size(); ++i) {
    double sum = -6;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(random() >> 8) * 0x1p-24;
    values[i] = static_cast<float>(sum * std::exp2(static_cast<double>(i / columns % 5) - 6));
  }
  return values;
}

std::vector<std::byte> file_of(std::span<const TensorView> tensors, const TensorEncodeOptions& options = {}) {
  Result<std::vector<std::byte>> file = encode(tensors, options);
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  return std::move(*file);
}

double snr(std::span<const float> original, const Tensor& tensor) {
  std::vector<float> again(original.size());
  std::memcpy(again.data(), tensor.data.data(), tensor.data.size());
  double power = 0, error = 0;
  for (size_t i = 0; i < again.size(); ++i) {
    power += double{original[i]} * original[i];
    error += std::pow(double{again[i]} - original[i], 2);
  }
  return 10 * std::log10(power / error);
}

TEST_CASE("tensors of every type come back bit by bit without loss, with their names, in their order") {
  const std::vector<float> values = weights(37, 41);
  std::vector<TensorView> views;
  for (int type = 0; type <= static_cast<int>(kLastElementType); ++type) {
    const auto element = static_cast<ElementType>(type);
    const uint64_t columns = values.size() * sizeof(float) / 37 / element_bytes(element);
    views.push_back({"of type " + std::to_string(type), element, {37, columns}, values.data()});
  }
  views.push_back({"no sides", ElementType::float32, {}, values.data()});
  views.push_back({"no elements", ElementType::float16, {4, 0, 3}, nullptr});
  views.push_back({"packed", ElementType::uint8, {100}, values.data(), "Q4_K"});
  const Result<Tensors> again = decode_tensors(file_of(views));
  REQUIRE_MESSAGE(again.ok(), again.error().message);
  REQUIRE(again->tensors.size() == views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    const Tensor& tensor = again->tensors[i];
    CAPTURE(tensor.name);
    CHECK(tensor.name == views[i].name);
    CHECK(tensor.type == views[i].type);
    CHECK(tensor.type_name == views[i].type_name);
    REQUIRE(tensor.shape == views[i].shape);
    REQUIRE(tensor.data.size() <= sizeof(float) * values.size());
    CHECK(std::ranges::equal(tensor.data, std::as_bytes(std::span(values)).first(tensor.data.size())));
  }
}

TEST_CASE("targets are met, and the index tells what was reached") {
  const std::vector<float> values = weights(64, 96);
  const TensorView view{"w", ElementType::float32, {64, 96}, values.data()};
  for (const int effort : {1, 5, 9}) {
    for (const NoiseShape shape : {NoiseShape::mse, NoiseShape::relative}) {
      CAPTURE(effort);
      for (const TensorTarget target : {TensorTarget{TensorTargetKind::bits, 3},
                                        {TensorTargetKind::snr, 20},
                                        {TensorTargetKind::max_error, 0.01}}) {
        TensorEncodeOptions options;
        options.target = target;
        options.shape = shape;
        options.effort = effort;
        const std::vector<std::byte> file = file_of(std::span(&view, 1), options);
        const Result<TensorsInfo> info = inspect_tensors(file);
        const Result<Tensors> again = decode_tensors(file);
        REQUIRE(info.ok());
        REQUIRE(again.ok());
        const TensorInfo& of = info->tensors.at(0);
        CHECK(of.target == target);
        const double reached = snr(values, again->tensors.at(0));
        CHECK(10 * std::log10(of.power / of.mean_squared_error) == doctest::Approx(reached).epsilon(0.001));
        if (target.kind == TensorTargetKind::bits) CHECK(8 * of.bytes <= 3 * values.size());
        if (target.kind == TensorTargetKind::snr) CHECK(reached >= 19.999);
        if (target.kind == TensorTargetKind::max_error) CHECK(of.max_error <= 0.01F);
        CHECK(of.uniform_bits > 0);
      }
    }
  }
}

TEST_CASE("locality saves bits where rows have sizes of their own") {
  const std::vector<float> values = weights(64, 96);
  const TensorView view{"w", ElementType::float32, {64, 96}, values.data()};
  TensorEncodeOptions options;
  options.target = {TensorTargetKind::bits, 3};
  options.shape = NoiseShape::mse;
  const Result<Tensors> adaptive = decode_tensors(file_of(std::span(&view, 1), options));
  options.adaptive_quantization = false;
  const Result<Tensors> uniform = decode_tensors(file_of(std::span(&view, 1), options));
  REQUIRE(adaptive.ok());
  REQUIRE(uniform.ok());
  CHECK(snr(values, adaptive->tensors[0]) > snr(values, uniform->tensors[0]) + 2);
}

TEST_CASE("what is small, flat or of integers keeps its bits unless it has a target of its own") {
  CHECK(is_kept_by_default(ElementType::int32, std::vector<uint64_t>{100, 100}));
  CHECK(is_kept_by_default(ElementType::float32, std::vector<uint64_t>{31, 33}));
  CHECK(is_kept_by_default(ElementType::float32, std::vector<uint64_t>{1, 4096, 1}));
  CHECK_FALSE(is_kept_by_default(ElementType::bfloat16, std::vector<uint64_t>{32, 32}));
  const std::vector<float> values = weights(31, 33);
  std::vector<TensorView> views = {{"a", ElementType::float32, {31, 33}, values.data()},
                                   {"b", ElementType::float32, {31, 33}, values.data()}};
  views[1].target = TensorTarget{TensorTargetKind::snr, 20};
  TensorEncodeOptions options;
  options.target = {TensorTargetKind::bits, 2};
  const Result<TensorsInfo> info = inspect_tensors(file_of(views, options));
  REQUIRE(info.ok());
  CHECK(info->tensors[0].target.kind == TensorTargetKind::lossless);
  CHECK(info->tensors[1].target.kind == TensorTargetKind::snr);
}

TEST_CASE("NaN and infinities of tensors come back bit by bit") {
  std::vector<float> values = weights(40, 40);
  const uint32_t nan = 0x7fc01234;
  std::memcpy(&values[7], &nan, sizeof nan);
  values[1599] = -std::numeric_limits<float>::infinity();
  const TensorView view{"w", ElementType::float32, {40, 40}, values.data()};
  TensorEncodeOptions options;
  options.target = {TensorTargetKind::bits, 4};
  const Result<Tensors> again = decode_tensors(file_of(std::span(&view, 1), options));
  REQUIRE(again.ok());
  CHECK(std::memcmp(again->tensors[0].data.data() + 28, &nan, 4) == 0);
  CHECK(std::memcmp(again->tensors[0].data.data() + 4 * 1599, &values[1599], 4) == 0);
}

TEST_CASE("one tensor decodes though another is damaged, and bytes do not depend on threads") {
  const std::vector<float> values = weights(64, 64);
  const std::vector<TensorView> views = {{"first", ElementType::float32, {64, 64}, values.data()},
                                         {"second", ElementType::float32, {64, 64}, values.data()}};
  TensorEncodeOptions options;
  options.target = {TensorTargetKind::bits, 4};
  options.threads = 1;
  std::vector<std::byte> file = file_of(views, options);
  options.threads = 3;
  CHECK(file_of(views, options) == file);
  file[file.size() - 10] ^= std::byte{0xff};  // within the last stream
  const Result<Tensor> first = decode_tensor(file, "first");
  REQUIRE(first.ok());
  CHECK(snr(values, *first) > 20);
  CHECK(decode_tensors(file).error().code == ErrorCode::corrupt);
  CHECK(decode_tensor(file, "second").error().message == "section TNSR: tensor second: checksum is wrong");
  CHECK(decode_tensor(file, "third").error().code == ErrorCode::invalid_argument);
  CHECK(decode_tensor(file, "third").error().message.find("'third'") != std::string::npos);
}

TEST_CASE("attachments travel, and files of other contents are told apart") {
  const std::vector<float> values = weights(4, 4);
  const TensorView view{"w", ElementType::float32, {4, 4}, values.data()};
  const Attachment attachment{"abcd", {std::byte{1}, std::byte{2}}};
  TensorEncodeOptions options;
  options.attachments = std::span(&attachment, 1);
  const std::vector<std::byte> file = file_of(std::span(&view, 1), options);
  CHECK(decode_tensors(file)->attachments == std::vector<Attachment>{attachment});
  CHECK(holds_tensors(file));
  CHECK_FALSE(holds_array(file));
  CHECK(decode_array(file).error().message == "the file holds tensors, not an array (use decode_tensors)");
  const Result<std::vector<std::byte>> array = encode(ArrayView{ElementType::float32, {4, 4}, values.data()});
  REQUIRE(array.ok());
  CHECK_FALSE(holds_tensors(*array));
  CHECK(decode_tensors(*array).error().code == ErrorCode::unsupported);
}

TEST_CASE("what no call can accept is refused by name") {
  const std::vector<float> values = weights(32, 64);
  const TensorView good{"w", ElementType::float32, {32, 64}, values.data()};
  const auto message = [&](const TensorView& view, const TensorEncodeOptions& options = {}) {
    const Result<std::vector<std::byte>> file = encode(std::span(&view, 1), options);
    return file ? "" : file.error().message;
  };
  const auto changed = [&](auto&& change) {
    TensorView view = good;
    change(view);
    return message(view);
  };
  CHECK(message(good).empty());
  CHECK(changed([](auto& v) { v.data = nullptr; }) == "tensor w: data is null");
  CHECK(changed([](auto& v) { v.name.assign(70000, 'x'); }).find("65535") != std::string::npos);
  CHECK(changed([](auto& v) { v.type = static_cast<ElementType>(12); }).find("type is 12") != std::string::npos);
  CHECK(changed([](auto& v) { v.shape = {uint64_t{1} << 41, 0}; }).find("2^40") != std::string::npos);
  CHECK(changed([](auto& v) { v.shape.assign(33, 1); }).find("32 sides") != std::string::npos);
  CHECK(changed([](auto& v) { v.target = TensorTarget{TensorTargetKind::bits, 0}; }).find("bits") != std::string::npos);
  CHECK(changed([](auto& v) {
          v.type = ElementType::int32;
          v.target = TensorTarget{TensorTargetKind::bits, 3};
        }).find("integers are kept") != std::string::npos);
  const std::vector<float> importance(63, 1), negative(64, -1);
  CHECK(changed([&](auto& v) { v.importance = importance; }).find("64 input channels") != std::string::npos);
  CHECK(changed([&](auto& v) { v.importance = negative; }).find("negative") != std::string::npos);
  TensorEncodeOptions options;
  options.effort = 10;
  CHECK(message(good, options).find("effort") == 0);
  const std::vector<TensorView> twice = {good, good};
  CHECK(encode(twice).error().message == "tensor w is there twice");
  options = {};
  options.progress = [](float) { return false; };
  CHECK(encode(std::span(&good, 1), options).error().code == ErrorCode::cancelled);
}

TEST_CASE("encoding of a single tensor is cancelled while its step is searched") {
  const std::vector<float> values = weights(64, 64);
  const TensorView view = {"w", ElementType::float32, {64, 64}, values.data()};
  int calls = 0;
  TensorEncodeOptions options{.target = {TensorTargetKind::bits, 4}, .effort = 1, .threads = 1};
  options.progress = [&](float) { return ++calls > 0; };
  REQUIRE(encode(std::span(&view, 1), options).ok());
  const int all = calls;
  CHECK(all > 4);
  for (const int most : {2, all / 2}) {
    calls = 0;
    options.progress = [&](float done) { return done == 0 && ++calls < most; };
    CHECK(encode(std::span(&view, 1), options).error().code == ErrorCode::cancelled);
    CHECK(calls == most);
  }
}

// The file whose index has these contents before compression.
std::vector<std::byte> file_of_index(std::vector<std::byte> contents, size_t stream_bytes = 0) {
  const std::vector<std::byte> compressed = compress(contents);
  ByteWriter writer;
  writer.integer(compressed.size());
  writer.append(compressed);
  writer.append(std::vector<std::byte>(stream_bytes));
  const std::vector<std::byte> payload = writer.take();
  const Section section{kTensorSection, payload};
  return write_container({&section, 1});
}

TEST_CASE("an index that lies is refused before anything is allocated for it") {
  const auto error_of = [](uint64_t count, const std::vector<uint64_t>& shape, uint64_t bytes, size_t stream_bytes) {
    ByteWriter index;
    index.integer(count);
    index.integer(1);
    index.byte('w');
    index.byte(static_cast<uint8_t>(ElementType::float32));
    index.integer(0);
    index.byte(static_cast<uint8_t>(shape.size()));
    for (const uint64_t side : shape) index.integer(side);
    index.integer(bytes);
    index.fixed32(0);
    index.byte(0);
    return decode_tensors(file_of_index(index.take(), stream_bytes)).error();
  };
  CHECK(error_of(1u << 20, {2}, 1, 1).code == ErrorCode::corrupt);
  CHECK(error_of(1, {uint64_t{1} << 40}, 10, 10).code == ErrorCode::corrupt);
  CHECK(error_of(1, {1u << 21, 1u << 21}, 10, 10).code == ErrorCode::corrupt);
  CHECK(error_of(1, {2}, 100, 10).code == ErrorCode::truncated);
  CHECK(error_of(1, {2}, 10, 11).code == ErrorCode::corrupt);
  CHECK(error_of(1, {1u << 14, 1u << 14}, 1u << 15, 1u << 15).code == ErrorCode::corrupt);
}

}  // namespace
}  // namespace laq
