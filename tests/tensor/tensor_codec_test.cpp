#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "for_each_target.h"
#include "tensor/random_tensors.h"
#include "tensor/tensor_encoder.h"

namespace {

using namespace laq::tensor;
using laq::ElementType;
using laq::TensorTargetKind;

TensorOptions options_for(TensorTargetKind kind, double value, int effort = 5) {
  TensorOptions options;
  options.target = {kind, value};
  options.effort = effort;
  return options;
}

std::vector<std::byte> decode(const CodedTensor& coded, const TensorFormat& format) {
  std::vector<std::byte> elements(format.bytes());
  REQUIRE(decode_tensor(coded.stream, format, elements));
  return elements;
}

const std::vector<std::vector<uint64_t>> kShapes = {
    {},       {1},      {7},           {1024},        {3, 5},        {1, 300},        {300, 1},
    {33, 70}, {64, 64}, {16, 3, 3, 3}, {32, 1, 3, 3}, {3, 3, 8, 16}, {2, 3, 4, 5, 6}, {258, 1, 16}};

}  // namespace

TEST_CASE("a tensor of any shape keeps within its bits") {
  for (const auto& shape : kShapes) {
    CAPTURE(shape.size());
    const TensorFormat format{ElementType::float32, shape};
    const std::vector<std::byte> elements = random_elements(format);
    for (const double bits : {2.0, 4.5, 40.0}) {
      const CodedTensor coded = encode_tensor(format, elements, options_for(TensorTargetKind::bits, bits));
      const std::vector<std::byte> again = decode(coded, format);
      // Tensors of a few elements take what the header takes.
      if (format.elements() >= 1000) CHECK(8.0 * coded.stream.size() <= bits * format.elements());
      if (bits == 40 && format.elements() > 100) CHECK(again == elements);
    }
  }
}

TEST_CASE("bits are used up nearly") {
  const TensorFormat format{ElementType::float32, {128, 256}};
  const CodedTensor coded = encode_tensor(format, random_elements(format), options_for(TensorTargetKind::bits, 3));
  CHECK(8.0 * coded.stream.size() > 2.98 * format.elements());
}

TEST_CASE("decibels are reached, and little more") {
  for (const ElementType type : {ElementType::float16, ElementType::float32, ElementType::float64}) {
    for (const double decibels : {10.0, 25.0, 40.0}) {
      const TensorFormat format{type, {96, 100}};
      const std::vector<std::byte> elements = random_elements(format);
      const CodedTensor coded = encode_tensor(format, elements, options_for(TensorTargetKind::snr, decibels));
      const double reached = compare(format, elements, decode(coded, format)).decibels;
      CHECK(reached >= decibels);
      CHECK(reached <= decibels + 0.3);
      CHECK(reached == doctest::Approx(10 * std::log10(coded.power / coded.mean_squared_error)));
    }
  }
}

TEST_CASE("a bound on errors holds") {
  const TensorFormat format{ElementType::float32, {40, 50}};
  const std::vector<std::byte> elements = random_elements(format);
  const CodedTensor coded = encode_tensor(format, elements, options_for(TensorTargetKind::max_error, 0.01));
  CHECK(compare(format, elements, decode(coded, format)).max_error <= 0.01);
  CHECK(coded.stream.size() < elements.size() / 2);
}

TEST_CASE("a tensor that no method brings to its target keeps every bit") {
  const TensorFormat huge{ElementType::float64, {30, 40}}, plain{ElementType::float32, {30, 40}};
  const std::vector<std::byte> beyond_steps = random_elements(huge, 1, 0x1p1010), elements = random_elements(plain);
  CHECK(decode(encode_tensor(huge, beyond_steps, options_for(TensorTargetKind::bits, 6)), huge) == beyond_steps);
  CHECK(decode(encode_tensor(plain, elements, options_for(TensorTargetKind::bits, 0.01)), plain) == elements);
}

TEST_CASE("lossless keeps every bit") {
  for (const ElementType type : {ElementType::float16, ElementType::float32, ElementType::float64}) {
    const TensorFormat format{type, {20, 30}};
    const std::vector<std::byte> elements = random_elements(format);
    CHECK(decode(encode_tensor(format, elements, {}), format) == elements);
  }
}

TEST_CASE("elements that are not finite come back bit by bit") {
  const TensorFormat format{ElementType::float32, {30, 40}};
  std::vector<std::byte> elements = random_elements(format);
  const std::array<uint32_t, 4> patterns = {0x7f800000, 0xff800000, 0x7fc00001, 0xffffffff};
  for (size_t i = 0; i < patterns.size(); ++i) std::memcpy(elements.data() + 4 * (100 + 77 * i), &patterns[i], 4);
  for (const TensorTargetKind target : {TensorTargetKind::bits, TensorTargetKind::lossless}) {
    const std::vector<std::byte> again = decode(encode_tensor(format, elements, options_for(target, 6)), format);
    for (size_t i = 0; i < patterns.size(); ++i) {
      CHECK(std::memcmp(again.data() + 4 * (100 + 77 * i), &patterns[i], 4) == 0);
    }
  }
}

TEST_CASE("zeros, equal elements and empty tensors are coded") {
  const TensorFormat format{ElementType::float32, {64, 64}}, empty{ElementType::float32, {5, 0, 3}};
  std::vector<std::byte> zeros(format.bytes());
  const CodedTensor coded = encode_tensor(format, zeros, options_for(TensorTargetKind::bits, 2));
  CHECK(decode(coded, format) == zeros);
  CHECK(coded.stream.size() < 100);
  const std::vector<double> ones(format.elements(), 1.0);
  std::vector<std::byte> equal(format.bytes());
  laq::store_values(format.type, ones, equal);
  CHECK(compare(format, equal, decode(encode_tensor(format, equal, options_for(TensorTargetKind::snr, 30)), format))
            .decibels >= 30);
  const CodedTensor none = encode_tensor(empty, {}, options_for(TensorTargetKind::bits, 2));
  CHECK(decode_tensor(none.stream, empty, {}));
}

TEST_CASE("shaped errors follow the sizes of rows, and importance those of channels") {
  const TensorFormat format{ElementType::float32, {64, 80}};
  std::vector<double> values(format.elements());
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(normal(random) * (i < values.size() / 2 ? 1 : 16));
  }
  std::vector<std::byte> elements(format.bytes());
  laq::store_values(format.type, values, elements);
  const auto ratio = [&](const TensorOptions& options, auto&& is_first) {
    const std::vector<double> again =
        laq::values_of(format.type, decode(encode_tensor(format, elements, options), format));
    double first = 0, second = 0;
    for (size_t i = 0; i < values.size(); ++i) (is_first(i) ? first : second) += std::pow(values[i] - again[i], 2);
    return second / first;
  };
  const auto is_upper = [&](size_t i) { return i < values.size() / 2; };
  TensorOptions options = options_for(TensorTargetKind::bits, 4);
  CHECK(ratio(options, is_upper) < 2);
  options.exponent = 0.5;
  CHECK(ratio(options, is_upper) > 8);
  options.exponent = 0;
  std::vector<float> importance(80, 1);
  std::fill_n(importance.begin(), 40, 16.0f);
  options.importance = importance;
  CHECK(ratio(options, [](size_t i) { return i % 80 < 40; }) > 8);
}

TEST_CASE("locality gains over one uniform step") {
  const TensorFormat format{ElementType::float32, {128, 128}};
  const std::vector<std::byte> elements = random_elements(format);
  TensorOptions options = options_for(TensorTargetKind::bits, 3);
  const double local = encode_tensor(format, elements, options).mean_squared_error;
  options.is_uniform = true;
  CHECK(encode_tensor(format, elements, options).mean_squared_error > 2 * local);
}

TEST_CASE("parts of a large tensor decode independently") {
  const TensorFormat format{ElementType::float16, {1500, 2000}};
  const std::vector<std::byte> elements = random_elements(format);
  TensorOptions options = options_for(TensorTargetKind::bits, 2, 1);
  options.threads = 2;
  const CodedTensor coded = encode_tensor(format, elements, options);
  CHECK(8.0 * coded.stream.size() <= 2.0 * format.elements());
  const std::vector<std::byte> whole = decode(coded, format);
  const std::vector<TensorPart> parts = parts_of(coded.stream, format);
  REQUIRE(parts.size() == 2);
  std::vector<std::byte> second(parts[1].format.bytes());
  REQUIRE(decode_tensor(parts[1].stream, parts[1].format, second));
  CHECK(std::memcmp(second.data(), whole.data() + parts[1].first_element * 2, second.size()) == 0);
}

TEST_CASE("damaged streams of tensors end in an error or in elements") {
  std::mt19937 random(5);
  for (const TensorTargetKind target : {TensorTargetKind::bits, TensorTargetKind::lossless}) {
    for (const auto& shape : kShapes) {
      const TensorFormat format{ElementType::float32, shape};
      const std::vector<std::byte> stream =
          encode_tensor(format, random_elements(format), options_for(target, 3)).stream;
      std::vector<std::byte> elements(format.bytes());
      for (int run = 0; run < 60; ++run) {
        std::vector<std::byte> damaged = stream;
        if (run % 2 == 0) damaged.resize(random() % (stream.size() + 1));
        for (int flips = run % 3; flips > 0 && !damaged.empty(); --flips) {
          damaged[random() % damaged.size()] ^= static_cast<std::byte>(1 << random() % 8);
        }
        decode_tensor(damaged, format, elements);
      }
    }
  }
}

TEST_CASE("a stream of fast rows that is cut is refused") {
  const TensorFormat format{ElementType::float32, {64, 64}};
  const std::vector<std::byte> stream =
      encode_tensor(format, random_elements(format), options_for(TensorTargetKind::bits, 3)).stream;
  std::vector<std::byte> elements(format.bytes());
  for (size_t size = 0; size < stream.size(); size += 13) {
    CHECK_FALSE(decode_tensor(std::span(stream).first(size), format, elements));
  }
}

TEST_CASE("every target of Highway gives the same stream and the same elements") {
  const TensorFormat format{ElementType::float32, {70, 90}};
  const std::vector<std::byte> elements = random_elements(format);
  std::vector<std::byte> stream, decoded;
  laq::test::for_each_target([&] {
    const CodedTensor coded = encode_tensor(format, elements, options_for(TensorTargetKind::bits, 3));
    if (stream.empty()) {
      stream = coded.stream;
      decoded = decode(coded, format);
    }
    CHECK(coded.stream == stream);
    CHECK(decode(coded, format) == decoded);
  });
}
